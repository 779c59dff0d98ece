import HubDriverContract
import SerialFlasher
import Testing

@Suite("Console driver: the contract of every hub driver, on real shells")
struct ConsoleContractTests {
  @Test(arguments: HubDriverContract.rules, ConsoleShell.allCases)
  func `a shell hub keeps`(rule: ContractRule, shell: ConsoleShell) async throws {
    try await withShellHub(shell) { hub in try await rule.check(hub) }
  }
}
