/// What becomes of a certificate that AWS issued: it is activated once all else is there, or removed when it is void.
extension AWSRegistrar {
  /// Looks first: what somebody revoked stays revoked, and a certificate that is gone is not one to wait for.
  func activate(_ unit: UnitIdentity) async throws(Fault) -> EffectEvidence {
    // A read may lag behind the making: the update itself says whether the certificate is there.
    if let found = try await client.describeCertificate(unit.certificate) {
      switch found.value.status {
      case "ACTIVE":
        return EffectEvidence(
          wasThere: true, httpStatus: found.status, request: found.request, values: ["status": "ACTIVE"])
      case "INACTIVE": break
      default:
        throw Fault(
          .certificateRefused,
          [
            "certificate": unit.certificate,
            "message": "AWS IoT has it with status \(found.value.status)",
          ])
      }
    }
    let answer = try await client.updateCertificate(unit.certificate, status: "ACTIVE")
    return EffectEvidence(
      wasThere: false, httpStatus: answer.status, request: answer.request, values: ["status": "ACTIVE"])
  }

  /// Ends a certificate for ever; where AWS never heard of it there is nothing to end.
  func revoke(_ unit: UnitIdentity) async throws(Fault) -> EffectEvidence {
    if let found = try await client.describeCertificate(unit.certificate), found.value.status == "REVOKED" {
      return EffectEvidence(
        wasThere: true, httpStatus: found.status, request: found.request, values: ["status": "REVOKED"])
    }
    // A read may lag behind the registration: only the update itself says that there is nothing to end.
    do throws(Fault) {
      let answer = try await client.updateCertificate(unit.certificate, status: "REVOKED")
      return EffectEvidence(
        wasThere: false, httpStatus: answer.status, request: answer.request, values: ["status": "REVOKED"])
    } catch {
      guard error.code == .targetMissing else { throw error }
      return EffectEvidence(wasThere: true, values: ["status": "unknown to AWS IoT"])
    }
  }

  /// Removes a certificate that is INACTIVE (or revoked) and that nothing uses. Never detaches, never deactivates: whatever
  /// is in use was not void, and a person must look.
  ///
  /// AWS itself refuses to delete what became ACTIVE or attached between the look and the call.
  ///
  /// - Parameter thing: the name of the Thing that could be about to use it; nil where no hub is known.
  /// - Throws: `certificate-in-use`, beside the faults of the client.
  func remove(_ certificate: String, thing: String?) async throws(Fault) -> EffectEvidence {
    try await requireUnused(certificate, thing: thing)
    let removal: AWSIoTClient.Removal
    do throws(Fault) { removal = try await client.deleteCertificate(certificate) } catch {
      // AWS has words of its own for a state that forbids it (CertificateStateException).
      guard error.code == .certificateRefused else { throw error }
      throw Fault(.certificateInUse, error.values)
    }
    switch removal {
    case .done(let answer):
      return EffectEvidence(
        wasThere: false, httpStatus: answer.status, request: answer.request, values: ["removed": certificate])
    case .missing(let refusal):
      return EffectEvidence(
        wasThere: true, httpStatus: refusal.status, request: refusal.request, values: ["removed": certificate]
      )
    }
  }

  /// - Throws: `certificate-in-use` with what uses it.
  func requireUnused(_ certificate: String, thing: String?) async throws(Fault) {
    try AWSNames.require(AWSNames.isCertificateID(certificate), "certificate", certificate)
    func inUse(_ message: String) -> Fault {
      Fault(.certificateInUse, ["certificate": certificate, "thing": thing ?? "", "message": message])
    }
    if let found = try await client.describeCertificate(certificate),
      found.value.status != "INACTIVE", found.value.status != "REVOKED"
    {
      throw inUse("AWS IoT has it with status \(found.value.status)")
    }
    // A Thing is created with the certificate's id before the certificate is attached to it.
    if let thing, let found = try await client.describeThing(thing),
      found.value.attributes?[Self.certificateAttribute] == certificate
    {
      throw inUse("it is the one of Thing \(thing)")
    }
    let arn = client.names.certificate(certificate)
    if let things = try await client.listPrincipalThings(arn)?.value, !things.isEmpty {
      throw inUse("attached to \(things.joined(separator: " "))")
    }
  }
}
