import Testing

@testable import Station

/// One way through a unit's making, and what the floor does after the power was gone.
struct PowerCutRoute: Hashable, Sendable, CustomTestStringConvertible {
  /// The network during the making; at the end it is always there.
  enum Network: CaseIterable, Sendable {
    case online, offline, offlineAndBack
  }

  /// What is put in after the restart.
  enum Return: CaseIterable, Sendable {
    case sameSlot
    case otherSlot
    /// Another hub sits in the slot first; the first one comes later.
    case otherHubFirst
    /// The hub never comes back; another one does.
    case neverBack
    /// The hub is carried to a second station that has no network, and then home.
    case otherStation
  }

  enum Signer: CaseIterable, Sendable {
    case ownAuthority, aws
  }

  /// What a person has the station do with the finished hub, or beside it, through the vendor's other calls.
  enum Errand: CaseIterable, Sendable {
    case claim
    /// Claimed for the wrong site first, by somebody else.
    case move
    case retire
    case lock
    case key
    /// Asked through the cloud.
    case question
    /// Sent to rework after its pass, and put in again.
    case rework
    /// Finished by another station before this one ever sees it, and taken in.
    case adoption
    /// Told its wireless network over the line, while it is made.
    case network
    /// Made in a batch for a customer: its claim is owed with its pass.
    case batch

    /// It changes what may become of the unit, and the hub is put in again.
    var isDecision: Bool { self == .rework || self == .adoption }
  }

  var signer: Signer
  var key: KeyOrigin
  var network: Network
  var comesBack: Return
  var errand: Errand?

  static let all = Signer.allCases.flatMap { signer in
    KeyOrigin.allCases.flatMap { key in
      Network.allCases.flatMap { network in
        Return.allCases.map { PowerCutRoute(signer: signer, key: key, network: network, comesBack: $0) }
      }
    }
  }

  /// Each of the other calls, on every network; what changes an identity also with every maker of one.
  static let errands = Errand.allCases.flatMap { errand in
    let makers: [(Signer, KeyOrigin)] =
      errand == .rework || errand == .adoption
      ? Signer.allCases.flatMap { signer in KeyOrigin.allCases.map { (signer, $0) } }
      : [(.ownAuthority, .hub)]
    return makers.flatMap { signer, key in
      Network.allCases.map { network in
        PowerCutRoute(signer: signer, key: key, network: network, comesBack: .sameSlot, errand: errand)
      }
    }
  }

  var testDescription: String {
    "\(signer), key of the \(key), \(network), \(comesBack)" + (errand.map { ", then \($0)" } ?? "")
  }
}

/// Where the power goes, and everything else that chance decides.
struct PowerCutCase: Hashable, Sendable, CustomStringConvertible {
  var route: PowerCutRoute
  /// Where the power goes in each life; the life after the last one runs to its end.
  var cuts: [PowerCut]
  var loss: TornFolder.PowerLoss
  var seed: UInt64

  /// All that is needed to have it again.
  var description: String { "\(route.testDescription), cut at \(cuts), loses \(loss), seed \(seed)" }
}
