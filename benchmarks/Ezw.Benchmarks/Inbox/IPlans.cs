namespace Ezw.Benchmarks.Inbox;

/// <summary>A statement as the database ran it, with its plan.</summary>
internal sealed record PlannedStatement(string Statement, string Plan, string? Fault);

/// <summary>Overhears what the product asks its database.</summary>
internal interface IPlans
{
    /// <summary>What was asked since the last time.</summary>
    Task<List<PlannedStatement>> TakeAsync();
}
