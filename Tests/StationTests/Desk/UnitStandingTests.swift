import Testing

@testable import Station

@Suite("What may become of a unit")
struct UnitStandingTests {
  /// The whole table, written out by hand: state, act, state then. What is not here is refused.
  private static let table = """
    making hold -> making+hold
    making scrap -> scrapped
    released hold -> released+hold
    released rework -> rework
    released scrap -> scrapped
    released ship -> shipped
    rework hold -> rework+hold
    rework scrap -> scrapped
    returned hold -> returned+hold
    returned release -> released
    returned rework -> rework
    returned scrap -> scrapped
    shipped return -> returned
    shipped recall -> recalled
    recalled return -> returned
    recalled scrap -> scrapped
    making+hold release -> making
    making+hold scrap -> scrapped
    released+hold release -> released
    released+hold rework -> rework
    released+hold scrap -> scrapped
    rework+hold release -> rework
    rework+hold scrap -> scrapped
    returned+hold release -> returned
    returned+hold rework -> rework
    returned+hold scrap -> scrapped
    shipped+hold release -> shipped
    shipped+hold return -> returned+hold
    shipped+hold recall -> recalled+hold
    recalled+hold release -> recalled
    recalled+hold return -> returned+hold
    recalled+hold scrap -> scrapped
    scrapped+hold release -> scrapped
    """

  private static func name(_ standing: UnitStanding) -> String {
    standing.disposition.rawValue + (standing.isOnHold ? "+hold" : "")
  }

  @Test func `every state and every act: what the table does not allow is refused`() {
    var edges: [String] = []
    for disposition in UnitDisposition.allCases {
      for isOnHold in [false, true] {
        let standing = UnitStanding(disposition: disposition, isOnHold: isOnHold)
        for act in DispositionAct.allCases {
          guard let next = standing.after(act) else { continue }
          edges.append("\(Self.name(standing)) \(act.rawValue) -> \(Self.name(next))")
        }
        #expect(standing.allowed == DispositionAct.allCases.filter { standing.after($0) != nil })
      }
    }
    #expect(Set(edges) == Set(Self.table.split(separator: "\n").map(String.init)))
    #expect(edges.count == Self.table.split(separator: "\n").count)
  }
}
