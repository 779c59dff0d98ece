/// What the cloud answered when an outbox entry was done.
struct EffectEvidence: Hashable, Sendable, Codable {
  /// The cloud had it already, from an earlier try whose answer was lost or from another sender of the very same.
  var wasThere: Bool
  var httpStatus: Int?
  /// The server's own id of the request, where it gives one (`x-amzn-RequestId`).
  var request: String?
  /// For example `["thingId": "…"]`. At most 16 values of 400 characters.
  var values: [String: String]

  init(wasThere: Bool, httpStatus: Int? = nil, request: String? = nil, values: [String: String] = [:]) {
    self.wasThere = wasThere
    self.httpStatus = httpStatus
    self.request = request.map { Fault.cut($0, to: 128) }
    self.values = values.mapValues { Fault.cut($0) }
  }
}
