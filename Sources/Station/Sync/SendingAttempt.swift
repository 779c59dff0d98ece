/// One try of one entry: begun in the journal where it never was, then probe, call, compare.
struct SendingAttempt: Sendable {
  let journal: any Journaling
  let outbox: any OutboxReading
  let effects: any CloudEffect
  let clock: any StationClock

  /// Never throws: how it ended is the answer. Bounded in time by the effects, whose clients have timeouts.
  func perform(_ sending: CourierStep.Sending) async -> SendingEnd {
    let entry: OutboxEntry
    do throws(Fault) {
      // By its place in the outbox: gives this entry, or another one when this is no longer due.
      let due = try await outbox.dueEntries(after: sending.sequence - 1, limit: 1, now: clock.now())
      guard let found = due.first, found.intent.entry == sending.entry else { return .vanished }
      entry = found
    } catch { return ended(by: error) }
    let isFirst = entry.state == .owed
    // What can be done only once is looked for before the first call too: a person may have sent it again. Nothing is
    // begun yet, so that an entry which meets no network stays one that was never sent.
    if isFirst, entry.intent.kind.afterLostCall == .askAPerson {
      do throws(Fault) {
        if let evidence = try await effects.probe(entry.intent) { return .done(evidence) }
      } catch { return end(error, effectPossible: false) }
    }
    do throws(Fault) {
      // Once per entry, durable before its first call. A decision about the unit may have made the entry void since it
      // was read; then it is not begun.
      if isFirst {
        _ = try await journal.append(
          AppendRequest(
            [JournalDraft(hub: entry.intent.hub, entry: .sending(entry: sending.entry))],
            unfinished: sending.entry))
      }
    } catch { return error.code == .headMoved ? .vanished : ended(by: error) }
    return await send(entry.intent, probeFirst: sending.probeFirst)
  }

  private func ended(by fault: Fault) -> SendingEnd {
    fault.code == .requestCancelled || Task.isCancelled ? .abandoned : .ledgerFailed(fault)
  }

  private func send(_ intent: OutboxIntent, probeFirst: Bool) async -> SendingEnd {
    do throws(Fault) {
      if probeFirst {
        if let evidence = try await effects.probe(intent) { return .done(evidence) }
        guard intent.kind.afterLostCall == .callAgain else { return .missed }
      }
    } catch {
      // The earlier call is still undecided, whatever became of the probe.
      return end(error, effectPossible: true)
    }
    let answer: EffectEvidence
    do throws(Fault) { answer = try await effects.call(intent) } catch {
      return end(error, effectPossible: !Self.provesNoEffect(error))
    }
    guard answer.wasThere else { return .done(answer) }
    do throws(Fault) { return .done(try await effects.compare(intent, answer)) } catch {
      return end(error, effectPossible: true)
    }
  }

  private func end(_ fault: Fault, effectPossible: Bool) -> SendingEnd {
    Task.isCancelled ? .abandoned : .failed(fault, effectPossible: effectPossible)
  }

  /// Refusals that come before the cloud acts.
  private static func provesNoEffect(_ fault: Fault) -> Bool {
    switch fault.code {
    case .throttled, .credentialsMissing, .credentialsRefused, .privilegeMissing, .clockSkewed, .tlsRefused:
      true
    default: false
    }
  }
}
