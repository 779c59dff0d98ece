import Foundation
import Testing

@testable import Station

/// The IAM policies that are shipped, beside what the station calls.
@Suite("Shipped IAM policies")
struct PolicyTests {
  private struct Policy: Decodable {
    struct Statement: Decodable {
      var effect: String
      var action: [String]

      private enum CodingKeys: String, CodingKey {
        case effect = "Effect"
        case action = "Action"
      }

      init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        effect = try container.decode(String.self, forKey: .effect)
        // One action may stand without a list.
        if let one = try? container.decode(String.self, forKey: .action) {
          action = [one]
        } else {
          action = try container.decode([String].self, forKey: .action)
        }
      }
    }
    var statements: [Statement]

    private enum CodingKeys: String, CodingKey { case statements = "Statement" }
  }

  private static func allowed(_ name: String) throws -> Set<String> {
    let root = (0..<4).reduce(URL(filePath: #filePath)) { url, _ in url.deletingLastPathComponent() }
    let data = try Data(contentsOf: root.appending(path: "Packaging/aws/\(name).json"))
    let policy = try JSONDecoder().decode(Policy.self, from: data)
    return Set(policy.statements.filter { $0.effect == "Allow" }.flatMap(\.action))
  }

  private static let making: Set<String> = [
    "iot:DescribeEndpoint", "iot:DescribeCertificate", "iot:CreateThing", "iot:DescribeThing",
    "iot:ListThingPrincipals", "iot:AttachThingPrincipal", "iot:AttachPolicy", "iot:AddThingToThingGroup",
    "iot:GetThingShadow",
  ]

  @Test func `who makes hubs may also read what they answer, and may end none`() throws {
    let own = try Self.allowed("station-policy")
    #expect(own == Self.making.union(["iot:RegisterCertificateWithoutCA"]))
    let issuing = try Self.allowed("station-policy-aws-issuer")
    #expect(issuing.isSuperset(of: Self.making) && issuing.contains("iot:CreateCertificateFromCsr"))
    #expect(try Self.allowed("station-policy-rework").contains("iot:UpdateCertificate"))
  }
}
