/// The other side of a budget that planners share: who asked for leases, and who got them.
///
/// Never more leases are out than there are. A lease goes to whoever holds the fewest of those who
/// still wait, so that one that asks for many, or always asks first, does not starve the others;
/// between equals it goes to the one that has waited longer since it got its last. Like the
/// claims, grants are totals that only grow.
public struct CoordinationBudget: Codable, Equatable, Sendable {
  /// Somebody who may hold leases in a domain: a planner's rollout.
  private struct Account: Codable, Equatable {
    var claimant: Int
    var asked: Int64 = 0
    var granted: Int64 = 0
    var returned: Int64 = 0
    /// Since when it waits: a number that grows with every grant, and when it begins to wait.
    var waitsSince: Int64 = 0

    var isWaiting: Bool { asked > granted }
    var out: Int64 { granted - returned }
  }

  /// A total of leases granted.
  public struct Grant: Codable, Equatable, Sendable {
    /// To whom.
    public var claimant: Int
    /// Where.
    public var domain: Int
    /// The leases ever granted to it there.
    public var total: Int64
  }

  private let atMost: Int64
  /// By domain: those who ever asked for leases there, in that order.
  private var accounts: [[Account]]
  /// Leases that are out, by domain.
  private var out: [Int64]
  /// Counts grants and beginnings of waits.
  private var turn: Int64 = 0

  /// A budget of so many leases in each of some domains; the last is for clusters outside of them.
  public init(atMost: Int, domains: Int) {
    self.atMost = Int64(atMost)
    accounts = Array(repeating: [], count: domains)
    out = Array(repeating: 0, count: domains)
  }

  /// Takes a claim in.
  ///
  /// O(claimants in the domain × leases granted).
  ///
  /// - Parameters:
  ///   - claim: what is asked for and given back, as totals.
  ///   - claimant: who claims.
  /// - Returns: the grants that follow, one for each claimant, in the order of their claimants.
  public mutating func take(_ claim: BudgetClaim, from claimant: Int) -> [Grant] {
    let domain = claim.domain
    let index = account(of: claimant, in: domain)
    if claim.returned > accounts[domain][index].returned {
      out[domain] -= claim.returned - accounts[domain][index].returned
      accounts[domain][index].returned = claim.returned
    }
    if claim.asked > accounts[domain][index].asked {
      if !accounts[domain][index].isWaiting { takeTurn(index, in: domain) }
      accounts[domain][index].asked = claim.asked
    }
    return grant(in: domain)
  }

  private mutating func grant(in domain: Int) -> [Grant] {
    var granted: [Int] = []
    while out[domain] < atMost, let index = next(in: domain) {
      accounts[domain][index].granted += 1
      out[domain] += 1
      takeTurn(index, in: domain)
      if !granted.contains(index) { granted.append(index) }
    }
    return granted.map { accounts[domain][$0] }.sorted { $0.claimant < $1.claimant }
      .map { Grant(claimant: $0.claimant, domain: domain, total: $0.granted) }
  }

  /// Who gets the next lease of a domain; nil: nobody waits for one.
  private func next(in domain: Int) -> Int? {
    accounts[domain].indices.filter { accounts[domain][$0].isWaiting }.min { a, b in
      let (a, b) = (accounts[domain][a], accounts[domain][b])
      return (a.out, a.waitsSince) < (b.out, b.waitsSince)
    }
  }

  private mutating func takeTurn(_ index: Int, in domain: Int) {
    turn += 1
    accounts[domain][index].waitsSince = turn
  }

  private mutating func account(of claimant: Int, in domain: Int) -> Int {
    if let known = accounts[domain].firstIndex(where: { $0.claimant == claimant }) { return known }
    accounts[domain].append(Account(claimant: claimant))
    return accounts[domain].count - 1
  }
}
