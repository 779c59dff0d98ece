import Foundation
import Testing

@testable import Station

@Suite("A list of locks")
struct LockListTests {
  private static func problem(_ text: String) -> String {
    do {
      _ = try LockList(text)
      return ""
    } catch {
      let lines = error.values.filter { $0.key.hasPrefix("problem") }.sorted { $0.key < $1.key }.map(\.value)
      return lines.isEmpty ? Wording(error).sentence : lines.joined(separator: "\n")
    }
  }

  @Test func `columns stand in any order, quoted or not`() throws {
    let list = try LockList(
      "\u{FEFF}uuid,Lock,index,vendor,keys,serial\r\n"
        + "5a0e8f5e-94d2-4f0b-9a53-0f6f4b1f6c11,7,1,\"Ex,ample\",k1:2:user-3 k2,LK-7\r\n\r\n"
        + "5a0e8f5e-94d2-4f0b-9a53-0f6f4b1f6c12,8,2,,,\r\n")
    #expect(
      list.locks == [
        Lock(
          id: 7, index: 1, uuid: "5a0e8f5e-94d2-4f0b-9a53-0f6f4b1f6c11", serial: "LK-7",
          vendorName: "Ex,ample", keys: [.init(uuid: "k1", index: 2, user: "user-3"), .init(uuid: "k2")]),
        Lock(id: 8, index: 2, uuid: "5a0e8f5e-94d2-4f0b-9a53-0f6f4b1f6c12"),
      ])
  }

  @Test func `every wrong line is named, and none is taken`() {
    let text = """
      lock,index,uuid
      1,1,5a0e8f5e-94d2-4f0b-9a53-0f6f4b1f6c11
      x,1,5a0e8f5e-94d2-4f0b-9a53-0f6f4b1f6c12
      3,0,5a0e8f5e-94d2-4f0b-9a53-0f6f4b1f6c13
      1,1,5a0e8f5e-94d2-4f0b-9a53-0f6f4b1f6c14
      5,1,5A0E8F5E-94D2-4F0B-9A53-0F6F4B1F6C11
      6,1
      """
    let problem = Self.problem(text)
    for word in ["line 3: lock", "line 4: index", "line 5: lock", "line 6: uuid", "line 7"] {
      #expect(problem.contains(word), "\(word) in \(problem)")
    }
  }

  @Test func `what is no such list says so`() {
    #expect(Self.problem("").contains("line 1"))
    #expect(Self.problem("lock,uuid\n1,x").contains("column index"))
    #expect(Self.problem("lock,index,uuid,colour\n").contains("colour"))
    #expect(Self.problem("lock,index,uuid\n").contains("lock in it"))
    #expect(Self.problem("lock,index,uuid\n\"1,1,x").contains("closed by a quote"))
  }

  @Test func `python's csv reads the same records`() throws {
    var random = SplitMix(seed: 11)
    let pieces = ["a", ",", "\"", "\n", "\r\n", "ä", " ", "", "\"\"", "🙂"]
    let records = (0..<200).map { _ in
      (0..<Int.random(in: 1...4, using: &random)).map { _ in
        (0..<Int.random(in: 0...5, using: &random)).map { _ in pieces.randomElement(using: &random) ?? "" }
          .joined()
      }
    }
    let text = records.map { record in
      record.map { "\"\($0.replacing("\"", with: "\"\""))\"" }.joined(separator: ",") + "\r\n"
    }.joined()
    #expect(try CommaSeparated.records(text).map(\.fields) == records)
    #expect(try ForeignText.pythonCSV(text) == records)
  }
}
