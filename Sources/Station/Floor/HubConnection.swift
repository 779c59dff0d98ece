import SerialFlasher

/// An open way to one hub, and how to let go of it.
struct HubConnection: Sendable {
  let driver: any HubDriver
  let close: @Sendable () async -> Void
}
