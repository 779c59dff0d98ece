import Testing

@testable import Station

@Suite("Hosts without proxy, and the small forms of HTTP")
struct DirectHostsTests {
  @Test(
    "names, suffixes and blocks of addresses",
    arguments: [
      ("mes.factory.example", true), ("factory.example", false), ("xfactory.example", false),
      ("MES.factory.example", true),
      ("localhost", true), ("10.20.30.40", true), ("11.0.0.1", false), ("192.168.7.9", true),
      ("192.168.8.9", false),
      ("192.0.2.7", true), ("192.0.2.8", false), ("fd00::1", true), ("fe80::1", false), ("a.internal", true),
    ])
  func directHosts(_ host: String, direct: Bool) {
    let hosts = DirectHosts([
      ".factory.example", "localhost", "10.0.0.0/8", "192.168.0.0/21", "192.0.2.7", "fd00::/8",
      " *.internal ",
    ])
    #expect(hosts.contains(host) == direct)
  }

  @Test("a star means every host, and nothing means none")
  func star() {
    #expect(DirectHosts(["*"]).contains("iot.eu-west-1.amazonaws.com"))
    #expect(!DirectHosts([]).contains("localhost"))
  }

  @Test("Retry-After in seconds, as a date, and never longer than an hour")
  func retryAfter() throws {
    func wait(_ text: String, date: String? = nil) -> Duration? {
      var headers = [HTTPCall.Pair("Retry-After", text)]
      if let date { headers.append(.init("Date", date)) }
      return HTTPAnswer(status: 503, headers: headers, body: []).retryAfter(
        now: Timestamp(milliseconds: 784_111_777_000))
    }
    #expect(wait("7") == .seconds(7))
    #expect(wait("86400") == .seconds(3600))
    #expect(wait("-3") == .zero)
    #expect(wait("Sun, 06 Nov 1994 08:49:47 GMT") == .seconds(10))
    #expect(wait("Sun, 06 Nov 1994 08:49:47 GMT", date: "Sun, 06 Nov 1994 08:49:40 GMT") == .seconds(7))
    #expect(wait("soon") == nil)
    #expect(HTTPDate.parse("Sun, 31 Feb 1994 08:49:37 GMT") == nil)
  }

  @Test("a base URL with user, query or another scheme is refused")
  func origins() throws {
    #expect(try #require(HTTPOrigin("http://[::1]:8787/v1/")).authority == "[::1]:8787")
    #expect(try #require(HTTPOrigin("http://[::1]:8787/v1/")).prefix == "/v1")
    #expect(try #require(HTTPOrigin("https://API.example:443")).authority == "api.example")
    for bad in ["ftp://x", "x", "", "https://", "https://u:p@x", "https://x?a=b"] {
      #expect(HTTPOrigin(bad) == nil, "\(bad)")
    }
  }
}
