/// The other side of a budget that planners share: who asked for leases, and who got them.
///
/// Leases are granted in the order in which they were asked for, never more than there are. Like
/// the claims, grants are totals that only grow.
public struct CoordinationBudget: Codable, Equatable, Sendable {
  /// Somebody who may hold leases, and where: a planner's rollout in a domain.
  private struct Account: Codable, Equatable {
    var claimant: Int
    var domain: Int
    var asked: Int64 = 0
    var granted: Int64 = 0
    var returned: Int64 = 0
  }

  /// A wish for leases that is not fulfilled yet.
  private struct Wish: Codable, Equatable {
    var account: Int
    var count: Int64
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
  private var accounts: [Account] = []
  private var wishes: [[Wish]]
  /// Leases that are out, by domain.
  private var out: [Int64]

  /// A budget of so many leases in each of some domains; the last is for clusters outside of them.
  public init(atMost: Int, domains: Int) {
    self.atMost = Int64(atMost)
    wishes = Array(repeating: [], count: domains)
    out = Array(repeating: 0, count: domains)
  }

  /// Takes a claim in.
  ///
  /// O(accounts + wishes of the domain).
  ///
  /// - Parameters:
  ///   - claim: what is asked for and given back, as totals.
  ///   - claimant: who claims.
  /// - Returns: the grants that follow, in the order in which they are made.
  public mutating func take(_ claim: BudgetClaim, from claimant: Int) -> [Grant] {
    let domain = claim.domain
    let index = account(of: claimant, in: domain)
    if claim.returned > accounts[index].returned {
      out[domain] -= claim.returned - accounts[index].returned
      accounts[index].returned = claim.returned
    }
    if claim.asked > accounts[index].asked {
      wishes[domain].append(Wish(account: index, count: claim.asked - accounts[index].asked))
      accounts[index].asked = claim.asked
    }
    return grant(in: domain)
  }

  private mutating func grant(in domain: Int) -> [Grant] {
    var grants: [Grant] = []
    var fulfilled = 0
    while fulfilled < wishes[domain].count, out[domain] < atMost {
      let wish = wishes[domain][fulfilled]
      let count = min(wish.count, atMost - out[domain])
      out[domain] += count
      accounts[wish.account].granted += count
      wishes[domain][fulfilled].count -= count
      if count == wish.count { fulfilled += 1 }
      let account = accounts[wish.account]
      grants.append(
        Grant(claimant: account.claimant, domain: domain, total: account.granted))
    }
    wishes[domain].removeFirst(fulfilled)
    return grants
  }

  private mutating func account(of claimant: Int, in domain: Int) -> Int {
    let known = accounts.firstIndex { $0.claimant == claimant && $0.domain == domain }
    if let known { return known }
    accounts.append(Account(claimant: claimant, domain: domain))
    return accounts.count - 1
  }
}
