import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

extension AsyncHTTPExchange {
  private static let timeouts: [HTTPClientError] = [
    .connectTimeout, .deadlineExceeded, .readTimeout, .writeTimeout, .httpProxyHandshakeTimeout,
    .socksHandshakeTimeout, .tlsHandshakeTimeout, .getConnectionFromPoolTimeout,
  ]

  /// What an error of the library means to the station.
  static func fault(_ error: any Error, host: String) -> Fault {
    func fault(_ code: FaultCode, _ cause: String) -> Fault { Fault(code, ["host": host, "cause": cause]) }
    switch error {
    case is CancellationError: return fault(.requestCancelled, "cancelled")
    case let error as HTTPClientError where error == .cancelled: return fault(.requestCancelled, "cancelled")
    case let error as HTTPClientError where timeouts.contains(error):
      return fault(.networkTimeout, String(describing: error))
    case let error as HTTPClientError where error == .remoteConnectionClosed:
      return fault(.networkUnreachable, "the connection was cut before the answer")
    case let error as HTTPClientError where error == .proxyAuthenticationRequired:
      return fault(.networkUnreachable, "the proxy wants a login")
    case let error as HTTPClientError: return fault(.networkUnreachable, String(describing: error))
    case let error as NIOConnectionError: return fault(.networkUnreachable, cause(error))
    case let error as IOError: return fault(.networkUnreachable, words(errno: error.errnoCode))
    case let error as ChannelError:
      if case .connectTimeout = error { return fault(.networkTimeout, "connecting") }
      return fault(.networkUnreachable, String(describing: error))
    case is NIOTooManyBytesError:
      return fault(.answerNotUnderstood, "longer than \(HTTPAnswer.longestBody) bytes")
    case is HTTPParserError: return fault(.answerNotUnderstood, "no HTTP")
    // The handshake was over: the request may be there, and may have had its effect.
    case NIOSSLError.uncleanShutdown, NIOSSLError.readInInvalidTLSState, is BoringSSLError,
      is NIOSSLCloseTimedOutError:
      return fault(.networkUnreachable, "the connection was cut before the answer")
    case is NIOSSLError, is NIOSSLExtraError: return fault(.tlsRefused, String(describing: error))
    default: return fault(.networkUnreachable, String(describing: error))
    }
  }

  private static func cause(_ error: NIOConnectionError) -> String {
    if let first = error.connectionErrors.first {
      guard let failure = first.error as? IOError else { return String(describing: first.error) }
      return words(errno: failure.errnoCode)
    }
    return "no such host name"
  }

  private static func words(errno code: CInt) -> String { String(cString: strerror(code)) }
}
