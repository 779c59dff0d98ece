import Testing

@testable import CertForge
