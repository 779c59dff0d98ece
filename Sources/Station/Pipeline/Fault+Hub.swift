import SerialFlasher

extension Fault {
  /// What an error of the conversation means on the floor.
  init(_ error: HubError) {
    switch error {
    case .line(let line): self.init(line)
    case .silent(let waitingFor, let heard):
      self.init(.hubSilent, ["waitingFor": waitingFor, "heard": String(heard)])
    case .garbled(let waitingFor, let excerpt):
      self.init(.hubGarbled, ["waitingFor": waitingFor, "excerpt": excerpt])
    case .loginRefused(let user): self.init(.hubLoginRefused, ["user": user])
    case .commandFailed(let name, let status, let excerpt):
      self.init(.hubCommandFailed, ["command": name, "status": String(status), "excerpt": excerpt])
    case .storageFull(let path): self.init(.hubStorageFull, ["path": path])
    case .storageRefused(let path, let excerpt):
      self.init(.hubStorageRefused, ["path": path, "excerpt": excerpt])
    case .digestMismatch(let path, let expected, let actual):
      self.init(.digestMismatch, ["path": path, "expected": expected, "actual": actual])
    case .noIdentity: self.init(.possessionRefused, ["reason": "no identity"])
    case .unsupported(let what): self.init(.hubUnsupported, ["what": what])
    }
  }

  init(_ error: LineError) {
    switch error {
    case .unplugged(let device): self.init(.unplugged, ["device": device])
    case .closed(let device): self.init(.stopped, ["device": device])
    case .busy(let device): self.init(.lineBusy, ["device": device])
    case .notPermitted(let device): self.init(.lineNotPermitted, ["device": device])
    case .baudRateRefused(let device, let baud):
      self.init(.lineFailed, ["device": device, "cause": "\(baud) baud is not taken by the driver"])
    case .stalled(let device):
      self.init(.hubSilent, ["waitingFor": "a byte taken by \(device)", "heard": "0"])
    case .failed(let device, let call, let errno):
      self.init(.lineFailed, ["device": device, "cause": "\(call): errno \(errno)"])
    }
  }
}
