import Foundation

extension CloudEffects {
  /// More than this between two clocks, and certificates and rows carry wrong times.
  static let tolerableSkew = Duration.seconds(60)

  /// Asks both clouds without changing anything: for the engineer before the shift.
  ///
  /// - Parameter issuing: also whether AWS would sign certificates for this station.
  func findings(clock: any StationClock = SystemClock(), issuing: Bool = false) async -> [CloudFinding] {
    var findings = [await credentialFinding()]
    guard findings[0].fault == nil else { return findings + [await vendorFinding()] }
    findings.append(await endpointFinding())
    findings.append(await privilegeFinding())
    if issuing { findings.append(await issuerFinding()) }
    findings.append(await vendorFinding())
    findings.append(await clockFinding(clock))
    return findings
  }

  private func credentialFinding() async -> CloudFinding {
    do throws(Fault) {
      let found = try await credentials.current()
      var values = ["key": "…\(found.keySuffix)", "source": found.source]
      if let end = found.expiration { values["until"] = end.description }
      return CloudFinding(subject: .awsCredentials, fault: nil, values: values)
    } catch {
      return CloudFinding(subject: .awsCredentials, fault: error, values: [:])
    }
  }

  /// DescribeEndpoint needs good credentials, a good clock and nothing else; it is asked even where the settings or the
  /// store already know the answer.
  private func endpointFinding() async -> CloudFinding {
    do throws(Fault) {
      let data = try await registrar.client.describeEndpoint("iot:Data-ATS")
      var values = ["dataEndpoint": data]
      if let configured = settings.aws.dataEndpoint, configured != data {
        values["configured"] = configured
        return CloudFinding(
          subject: .awsEndpoints,
          fault: Fault(
            .settingsInvalid,
            [
              "key": "cloud.aws.data-endpoint", "value": configured,
              "cause": "the account's endpoint is \(data)",
            ]), values: values)
      }
      return CloudFinding(subject: .awsEndpoints, fault: nil, values: values)
    } catch {
      return CloudFinding(subject: .awsEndpoints, fault: error, values: [:])
    }
  }

  /// A Thing that cannot exist: "not found" means that reading is allowed, and nothing is changed by asking.
  private func privilegeFinding() async -> CloudFinding {
    let name = UUID().uuidString.lowercased()
    do throws(Fault) {
      _ = try await registrar.client.describeThing(name)
      return CloudFinding(subject: .awsPrivileges, fault: nil, values: ["action": "iot:DescribeThing"])
    } catch {
      return CloudFinding(subject: .awsPrivileges, fault: error, values: ["action": "iot:DescribeThing"])
    }
  }

  /// A request that is none: AWS looks at the right before it looks at the request, and nothing can come of it.
  private func issuerFinding() async -> CloudFinding {
    let values = ["action": "iot:CreateCertificateFromCsr"]
    do throws(Fault) {
      _ = try await registrar.client.createCertificateFromCSR("not a request")
      return CloudFinding(
        subject: .awsIssuer,
        fault: Fault(.answerNotUnderstood, ["host": registrar.client.origin.authority]), values: values)
    } catch {
      return CloudFinding(
        subject: .awsIssuer, fault: error.code == .requestRefused ? nil : error, values: values)
    }
  }

  /// The status of a hub that cannot exist: 404 means that the key is good.
  private func vendorFinding() async -> CloudFinding {
    let nobody = UnitIdentity(
      hub: HubID(UUID()), serial: SerialNumber(normalised: "none"), model: "none", vendorName: "",
      thing: "none", certificate: "")
    let values = ["host": vendor.origin.authority]
    do throws(Fault) {
      _ = try await vendor.probe(OutboxIntent(entry: "doctor", effect: .provisionHub(nobody)))
      return CloudFinding(subject: .vendorAccess, fault: nil, values: values)
    } catch {
      return CloudFinding(subject: .vendorAccess, fault: error, values: values)
    }
  }

  /// The Date header of any answer; it counts whole seconds, and the way there and back is in it.
  private func clockFinding(_ clock: any StationClock) async -> CloudFinding {
    let client = registrar.client
    let call = HTTPCall(
      method: "GET", origin: client.origin, path: client.origin.prefix + "/endpoint",
      headers: [HTTPCall.Pair("host", client.origin.authority)])
    do throws(Fault) {
      let answer = try await client.exchange.send(call)
      guard let server = answer.date else {
        return CloudFinding(
          subject: .clock, fault: nil, values: ["offset": "unknown: the answer has no Date"])
      }
      let station = clock.now()
      let seconds = (server.milliseconds - station.milliseconds) / 1000
      let values = ["seconds": String(seconds)]
      guard Duration.seconds(abs(seconds)) > Self.tolerableSkew else {
        return CloudFinding(subject: .clock, fault: nil, values: values)
      }
      return CloudFinding(
        subject: .clock,
        fault: Fault(
          .clockSkewed,
          ["seconds": String(seconds), "station": station.description, "server": server.description]),
        values: values)
    } catch {
      return CloudFinding(subject: .clock, fault: error, values: [:])
    }
  }
}
