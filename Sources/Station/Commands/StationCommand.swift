import ArgumentParser

struct StationCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "station",
    abstract: "Turns a bare smart-home hub into a finished, registered, recorded product.",
    discussion: """
      Examples:
        station demo                         the whole floor on this machine, nothing needed
        station settings example > my.yaml   a settings file to begin with
        station doctor                       before the shift
        station run                          the bench, live
        station unit SPK00000001             the whole story of one hub

      Exit status: 0 the work was done (cloud entries may be queued), 1 a hub failed or something did not verify,
      2 the station failed,
      64 wrong arguments, 65 bad data, 69 cannot be reached, 73 cannot create, 75 entries are left (demo, sync),
      77 not permitted, 78 wrong settings.
      """,
    version: StationVersion.text,
    subcommands: [
      RunCommand.self, ProvisionCommand.self, SlotsCommand.self, DemoCommand.self, SimulateCommand.self,
      StatusCommand.self, UnitsCommand.self, UnitCommand.self, BatchCommand.self, HoldCommand.self,
      ReleaseCommand.self, ReworkCommand.self, AdoptCommand.self,
      ScrapCommand.self, ShipCommand.self, ReturnCommand.self, RecallCommand.self, CorrectCommand.self,
      CampaignCommand.self,
      BadgeCommand.self, ReportCommand.self, OutboxCommand.self,
      SyncCommand.self,
      ClaimCommand.self, HubCommandGroup.self, LockCommand.self, KeyCommand.self,
      CACommand.self, AWSCommand.self,
      SettingsCommand.self, DoctorCommand.self, LedgerCommand.self, SealCommand.self, ExportCommand.self,
      SampleCommand.self,
      BenchmarkCommand.self,
    ])
}
