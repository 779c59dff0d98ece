import Foundation

@testable import Station

/// Lists that people bring along, what a scanner types, and the template of a label.
extension FuzzTargets {
  static var lists: [FuzzTarget] {
    let rule = SerialRule(pattern: "SPK[0-9]{8}")
    let serials = [
      "\u{FEFF}serial;note\r\nSPK00000001;\"a;\"\"b\"\"\r\nc\"\r\n# x\r\nSPK00000002;\r\n",
      "SPK00000001\nspk00000002",
    ]
    let locks =
      "lock,index,uuid,serial,vendor,owner,keys\r\n1201,1,5a0e8f5e-94d2-4f0b-9a53-000000001201,LK-1,\"Ac,me\",u,k1:1:u k2::v k3\r\n"
    let words = ["\"", "\"\"", "\r", ";", "\t", "serial", "keys", ":", "::9223372036854775808", ","]
    return [
      FuzzTarget(name: "serial lists", samples: serials.map { Array($0.utf8) }, words: words, inputs: 120) {
        input in
        do throws(Fault) {
          let list = try SerialList(FuzzTarget.text(input), file: "serials.csv") { (raw) throws(Fault) in
            try rule.normalise(raw)
          }
          if list.serials.isEmpty || Set(list.serials).count != list.serials.count { throw Fault(.impostor) }
        } catch {
          try FuzzTarget.require(error.code == .serialListInvalid, "\(error)")
          try FuzzTarget.require(error)
        }
      },
      FuzzTarget(name: "delimited text", samples: serials.map { Array($0.utf8) }, words: words, inputs: 150) {
        input in
        let text = FuzzTarget.text(input)
        var (reader, line, size) = (DelimitedText(text), 0, 0)
        while let record = try reader.next() {
          try FuzzTarget.require(record.line > line && !record.cells.isEmpty, "line \(record.line)")
          line = record.line
          size += record.cells.reduce(0) { $0 + $1.utf8.count }
        }
        // What is no UTF-8 behind a cut grows to three bytes.
        try FuzzTarget.require(size <= text.utf8.count * 3, "it grew")
      },
      FuzzTarget(name: "lock lists", samples: [Array(locks.utf8)], words: words, inputs: 150) { input in
        let text = FuzzTarget.text(input)
        do throws(Fault) {
          let list = try LockList(text)
          for lock in list.locks { try lock.check() }
          if list.locks.isEmpty || Set(list.locks.map(\.id)).count != list.locks.count {
            throw Fault(.impostor)
          }
        } catch {
          try FuzzTarget.require(error.code == .valueInvalid, "\(error)")
          try FuzzTarget.require(error)
        }
        for record in (try? CommaSeparated.records(text)) ?? [] {
          try FuzzTarget.require(record.line >= 1 && !record.fields.isEmpty, "line \(record.line)")
        }
        do throws(Fault) {
          let key = try Lock.Key(text)
          if key.uuid.utf8.count > text.utf8.count { throw Fault(.impostor) }
        } catch { try FuzzTarget.require(error.code == .valueInvalid, "\(error)") }
      },
      FuzzTarget(
        name: "scanned codes",
        samples: ["LOGIN 4711\r\n", "login:anna\n\nLOGOUT \r", "SPK00000001\n"].map { Array($0.utf8) },
        words: ["LOGIN ", "LOGIN:", "LOGOUT"]
      ) { input in
        var lines = ScannedLines()
        for byte in input {
          guard let line = lines.take(byte) else { continue }
          // A byte that is no text becomes a character of three.
          try FuzzTarget.require(
            (1...3 * ScannedLines.longest).contains(line.utf8.count), "\(line.utf8.count)")
          guard case .login(let badge) = ScannedCode(line) else { continue }
          try FuzzTarget.require(BadgeScan.isBadge(badge), badge)
          try FuzzTarget.requirePrintable(badge, limit: 64)
        }
        _ = ScannedCode(FuzzTarget.text(input))
      },
      FuzzTarget(
        name: "label templates", samples: [Array("<svg a='{{token}}'>{{number}} {{note}}</svg>".utf8)],
        words: ["{{", "}}", "{{number}}", "{{{{", "}}}}", "{{\u{301}"], inputs: 120
      ) { input in
        let text = FuzzTarget.text(input)
        let hostile = "{{number}}<&\"'>"
        do throws(LabelError) {
          let drawing = try LabelTemplate(text: text).filled(with: [
            "token": "t", "number": "7", "note": hostile,
          ])
          // A value is never markup, and never a field.
          if !text.contains(hostile), drawing.contains(hostile) { throw .notRendered(drawing) }
        } catch {
          if case .notRendered = error { throw FuzzTarget.Violation(description: error.sentence) }
          try FuzzTarget.requirePrintable(error.sentence, limit: 400)
        }
      },
    ]
  }
}
