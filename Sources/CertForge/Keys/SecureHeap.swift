internal import COpenSSL

/// The part of memory that OpenSSL keeps for private keys: locked against swapping, left out of core dumps, wiped.
public enum SecureHeap {
  /// How well it is protected.
  public enum Protection: String, Hashable, Sendable {
    /// Locked and left out of core dumps.
    case locked
    /// Set apart and wiped, but the system refused to lock it (RLIMIT_MEMLOCK below one mebibyte).
    case unlocked
    /// Not there: private keys lie in ordinary memory, which is wiped all the same.
    case absent
  }

  /// Makes it at the first call and answers how well it is protected, then and later.
  /// Every private key calls it by itself; a program calls it early to report what it got.
  @discardableResult
  public static func start() -> Protection { protection }

  // A key, its PEM and the arithmetic on it take about two kilobytes; one mebibyte is enough for hundreds of slots.
  // OpenSSL fails an allocation, rather than falling back to ordinary memory, once this is full.
  private static let protection: Protection = {
    guard CRYPTO_secure_malloc_initialized() == 0 else { return .unlocked }
    return switch CRYPTO_secure_malloc_init(1 << 20, 32) {
    case 1: .locked
    case 2: .unlocked
    default: .absent
    }
  }()
}
