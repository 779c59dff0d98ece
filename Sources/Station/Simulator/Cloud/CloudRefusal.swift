/// A request that the cloud does not fulfil, in the words and the shape of the side that it was sent to.
enum CloudRefusal: Error, Hashable, Sendable {
  /// An error of AWS IoT: the type goes into a header, the words into `message`.
  case registry(status: Int, type: String, message: String, resource: Resource? = nil)
  /// An error of the layer before AWS IoT, which checks signatures: `Message`, always 403.
  case signature(type: String, message: String)
  /// An error of one of the vendor's commands.
  case command(status: Int, error: String, message: String)
  /// An error of the commands about physical keys: without `success`.
  case bare(status: Int, error: String, message: String)
  /// An error of one of the vendor's queries: a shape of its own.
  case query(status: Int, code: Int64, message: String)

  struct Resource: Hashable, Sendable {
    var id: String
    var arn: String
  }

  static func invalid(_ message: String) -> CloudRefusal {
    .registry(status: 400, type: "InvalidRequestException", message: message)
  }

  static func missing(_ message: String) -> CloudRefusal {
    .registry(status: 404, type: "ResourceNotFoundException", message: message)
  }

  var answer: SimulatedAnswer {
    switch self {
    case .registry(let status, let type, let message, let resource):
      var members: [String: JSONValue] = ["message": .text(message)]
      if let resource {
        members["resourceId"] = .text(resource.id)
        members["resourceArn"] = .text(resource.arn)
      }
      // The type is followed by a colon and more; clients have to cut there.
      return SimulatedAnswer(status, .object(members), headers: ["x-amzn-ErrorType": "\(type):"])
    case .signature(let type, let message):
      return SimulatedAnswer(403, ["Message": .text(message)], headers: ["x-amzn-ErrorType": "\(type):"])
    case .command(let status, let error, let message):
      return SimulatedAnswer(status, ["success": false, "error": .text(error), "message": .text(message)])
    case .bare(let status, let error, let message):
      return SimulatedAnswer(status, ["error": .text(error), "message": .text(message)])
    case .query(let status, let code, let message):
      return SimulatedAnswer(
        status, ["success": false, "errors": [["code": .integer(code), "message": .text(message)]]])
    }
  }
}
