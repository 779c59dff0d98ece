import Foundation

/// All that the simulated cloud knows. A value: a call is decided by looking at it, and only a `CloudChange` alters it.
struct CloudState: Hashable, Sendable {
  struct Thing: Hashable, Sendable, Codable {
    var name: String
    var id: String
    var attributes: [String: String]
    var type: String?
    var version: Int64 = 1
    /// Certificate ids in the order in which they were attached.
    var principals: [String] = []
    var groups: [String] = []
  }

  struct DeviceCertificate: Hashable, Sendable, Codable {
    /// Lower-case hex SHA-256 of the DER.
    var id: String
    var pem: String
    var commonName: String?
    var status: String
    var notBefore: Timestamp
    var notAfter: Timestamp
    var created: Timestamp
    var modified: Timestamp
    var policies: [String] = []
  }

  struct ProvisionedHub: Hashable, Sendable, Codable {
    var id: String
    var serial: String
    var model: String
    var thingName: String
    var vendorName: String?
    var provisionedAt: Timestamp
    /// Provisioned, Claimed, Suspended or Decommissioned.
    var status = "Provisioned"
    /// Events of this hub so far.
    var version: Int64 = 1
    /// How often ProvisionHub took effect; anything but one is a fault of the cloud itself.
    var provisions = 1
    var claim: Claim?

    struct Claim: Hashable, Sendable, Codable {
      var organisation: String
      var site: String
      var user: String
      var time: Timestamp
    }
  }

  struct Shadow: Hashable, Sendable, Codable {
    /// What the vendor wrote for the hub, and the hub's answer to it.
    var desired: JSONValue?
    var reported: JSONValue?
    var reportedAt: Timestamp?
    var version: Int64 = 0
  }

  struct DoorLock: Hashable, Sendable, Codable {
    var id: Int64
    var index: Int64
    var uuid: String
    var serial: String?
    var owner: String?
  }

  struct PhysicalKey: Hashable, Sendable, Codable {
    var number: Int64
    var organisation: String
    var organisationName: String?
    var note: String?
    var added: Timestamp
  }

  struct Keyring: Hashable, Sendable, Codable {
    var keys: [PhysicalKey] = []
    /// Numbers are never used again, whatever is removed.
    var last: Int64 = 0
  }

  /// What somebody set up beforehand: policies, groups and types are not made by a station.
  struct Furniture: Hashable, Sendable, Codable {
    var policies: Set<String> = ["hub-identity"]
    var thingGroups: Set<String> = ["hubs"]
    var thingTypes: Set<String> = ["hub"]
    /// Users of the vendor, for physical keys.
    var users: Set<String> = ["user-1", "user-2"]
    /// The key may claim for any organisation.
    var superKey = false
  }

  let furniture: Furniture
  private(set) var account: SimulatedAccount
  private(set) var things: [String: Thing] = [:]
  private(set) var certificates: [String: DeviceCertificate] = [:]
  private(set) var hubs: [String: ProvisionedHub] = [:]
  /// Hubs that are not plugged in, whatever their identity.
  private(set) var unplugged: Set<String> = []
  /// By Thing.
  private(set) var shadows: [String: Shadow] = [:]
  private(set) var locks: [Int64: DoorLock] = [:]
  /// By user.
  private(set) var keyrings: [String: Keyring] = [:]
  private(set) var groupPolicies: [String: [String]] = [:]
  /// How often each kind of change took effect.
  private(set) var effects: [String: Int] = [:]

  init(account: SimulatedAccount, furniture: Furniture = Furniture()) {
    self.account = account
    self.furniture = furniture
  }

  mutating func apply(_ change: CloudChange) {
    effects[change.name, default: 0] += 1
    switch change {
    case .certificateRegistered(let certificate), .certificateCreated(let certificate):
      certificates[certificate.id] = certificate
    case .certificateDeleted(let id): certificates[id] = nil
    case .certificateSet(let id, let status, let time):
      certificates[id]?.status = status
      certificates[id]?.modified = time
    case .thingCreated(let thing): things[thing.name] = thing
    case .thingUpdated(let name, let attributes):
      things[name]?.attributes = attributes
      things[name]?.version += 1
    case .principalAttached(let thing, let certificate): things[thing]?.principals.append(certificate)
    case .principalDetached(let thing, let certificate):
      things[thing]?.principals.removeAll { $0 == certificate }
    case .policyAttached(let policy, let certificate): certificates[certificate]?.policies.append(policy)
    case .groupPolicyAttached(let policy, let group): groupPolicies[group, default: []].append(policy)
    case .groupJoined(let thing, let group): things[thing]?.groups.append(group)
    case .hubProvisioned(let hub):
      let before = hubs[hub.id]?.provisions ?? 0
      hubs[hub.id] = hub
      hubs[hub.id]?.provisions = before + 1
    case .hubSet(let id, let status):
      hubs[id]?.status = status
      hubs[id]?.version += 1
    case .hubClaimed(let id, let claim):
      hubs[id]?.claim = claim
      hubs[id]?.status = "Claimed"
      hubs[id]?.version += 1
    case .hubPlugged(let id, let isIn): if isIn { unplugged.remove(id) } else { unplugged.insert(id) }
    case .commandForwarded(let thing, let command):
      shadows[thing, default: Shadow()].desired = command
      shadows[thing]?.version += 1
    case .answerReported(let thing, let answer, let time):
      shadows[thing, default: Shadow()].reported = answer
      shadows[thing]?.reportedAt = time
      shadows[thing]?.version += 1
    case .lockCreated(let lock): locks[lock.id] = lock
    case .keyAdded(let user, let key):
      var ring = keyrings[user] ?? Keyring()
      ring.keys.append(key)
      ring.last = max(key.number, ring.last)
      keyrings[user] = ring
    case .keyRemoved(let user, let number): keyrings[user]?.keys.removeAll { $0.number == number }
    case .keysReplaced(let account): self.account = account
    }
  }
}
