import Testing

@testable import Station

@Suite("A call that must not be sent twice")
struct LostCallSearchTests {
  @Test func `a search within the grace proves nothing, however often`() {
    var search = LostCallSearch(closed: .seconds(100))
    for second in [100, 101, 130, 159] {
      #expect(search.missed(began: .seconds(second)) == .searchAgain(at: .seconds(160)))
    }
    #expect(search.misses == 0)
  }

  @Test func `two searches after the grace, apart from each other, make it unknown`() {
    var search = LostCallSearch(closed: .zero)
    #expect(search.missed(began: .seconds(60)) == .searchAgain(at: .seconds(90)))
    #expect(search.missed(began: .seconds(90)) == .unknown)
  }
}
