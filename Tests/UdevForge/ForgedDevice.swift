import Foundation

/// A USB-serial adapter that is made of files: its sysfs folders, its entry in udev's database, its node.
struct ForgedDevice {
  let name: String
  /// The USB device: `1-1.2`.
  let place: String
  let interface: String
  let terminal: String?
  /// No message is sent: for what happens while nobody can hear it.
  let isQuiet: Bool
  /// A message and nothing else: a plug that was pulled before anybody looked.
  let isGhost: Bool
  let group: UInt32
  /// A UART of the board, of which udev has nothing to say.
  private let isPlatform: Bool
  private let number: UInt32
  private let properties: [(String, String)]
  private let missing: Set<String>

  private static let controller = "/sys/devices/pci0000:00/0000:00:14.0"

  init(name: String, options: [String]) throws {
    var values: [String: String] = [:]
    for option in options {
      let halves = option.split(separator: "=", maxSplits: 1).map(String.init)
      values[halves[0]] = halves.count == 2 ? halves[1] : ""
    }
    guard name.allSatisfy({ $0.isLetter || $0.isNumber }) else { throw WorldError("bad name \(name)") }
    self.name = name
    place = values["place"] ?? "1-1.2"
    interface = values["interface"] ?? "1.0"
    terminal = values["pty"]
    isQuiet = values["quiet"] != nil
    isGhost = values["ghost"] != nil
    isPlatform = values["platform"] != nil
    group = values["group"].flatMap { UInt32($0) } ?? 2
    number = UInt32(name.drop { !$0.isNumber }) ?? 0
    missing = Set((values["without"] ?? "").split(separator: ",").map(String.init))
    let port = place.split(separator: "-").last.map(String.init) ?? ""
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    var all = [
      ("USEC_INITIALIZED", String(time.tv_sec * 1_000_000 + time.tv_nsec / 1000)), ("ID_BUS", "usb"),
      ("ID_VENDOR_ID", values["vendor"] ?? "0403"), ("ID_MODEL_ID", values["product"] ?? "6001"),
      ("ID_MODEL", "Forged_UART"),
      ("ID_PATH", values["path"] ?? "pci-0000:00:14.0-usb-0:\(port):\(interface)"),
    ]
    if let serial = values["serial"] { all.append(("ID_SERIAL_SHORT", serial)) }
    properties = isPlatform ? [all[0]] : all
  }

  /// As in DEVPATH: without /sys.
  var devicePath: String { String(ttyFolder.dropFirst(4)) }

  var messageProperties: [(String, String)] {
    [("DEVNAME", "/dev/\(name)"), ("MAJOR", "188"), ("MINOR", String(number))]
      + properties.filter { !missing.contains($0.0) }
  }

  /// Every USB device on the way, from the bus down: `1-1`, `1-1.2`.
  private var chain: [String] {
    let ports = place.split(separator: ".")
    return (1...ports.count).map { ports.prefix($0).joined(separator: ".") }
  }

  private var usbFolder: String {
    let bus = place.prefix { $0 != "-" }
    return "\(Self.controller)/usb\(bus)/" + chain.joined(separator: "/")
  }

  private var ttyFolder: String {
    isPlatform
      ? "/sys/devices/platform/serial8250/tty/\(name)"
      : "\(usbFolder)/\(place):\(interface)/\(name)/tty/\(name)"
  }
  private var database: String { "/run/udev/data/c188:\(number)" }

  func writeTree() throws {
    if !isPlatform { try writeUsbFolders() }
    try FileManager.default.createDirectory(atPath: ttyFolder, withIntermediateDirectories: true)
    try write("\(ttyFolder)/uevent", "MAJOR=188\nMINOR=\(number)\nDEVNAME=\(name)\n")
    try write("\(ttyFolder)/dev", "188:\(number)\n")
    symlink("/sys/class/tty", "\(ttyFolder)/subsystem")
    symlink(ttyFolder, "/sys/class/tty/\(name)")
  }

  private func writeUsbFolders() throws {
    var folder = usbFolder
    for device in chain.reversed() {
      try folderOf("usb_device", folder)
      // The hub above has a serial of its own: whoever asks for it by mistake shall get a wrong one.
      if access("\(folder)/serial", F_OK) != 0 {
        try write("\(folder)/serial", "SERIAL-OF-\(device)\n")
      }
      folder = (folder as NSString).deletingLastPathComponent
    }
    try folderOf("usb_interface", "\(usbFolder)/\(place):\(interface)")
  }

  private func folderOf(_ kind: String, _ path: String) throws {
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    try write("\(path)/uevent", "DEVTYPE=\(kind)\n")
    symlink("/sys/bus/usb", "\(path)/subsystem")
  }

  /// - Parameter isFinished: with what was left out at first.
  func writeDatabase(isFinished: Bool) throws {
    let lines = properties.filter { isFinished || !missing.contains($0.0) }.map { name, value in
      name == "USEC_INITIALIZED" ? "I:\(value)" : "E:\(name)=\(value)"
    }
    try write(database, (lines + ["V:1"]).joined(separator: "\n") + "\n")
  }

  func makeNode() throws {
    if let terminal { try Mounts.bind(terminal, onFile: "/dev/\(name)") }
  }

  /// The hub above stays.
  func erase() throws {
    if terminal != nil {
      umount2("/dev/\(name)", Int32(MNT_DETACH))
      unlink("/dev/\(name)")
    }
    unlink("/sys/class/tty/\(name)")
    unlink(database)
    if !isGhost { try FileManager.default.removeItem(atPath: isPlatform ? ttyFolder : usbFolder) }
  }

  private func write(_ path: String, _ text: String) throws {
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
  }
}
