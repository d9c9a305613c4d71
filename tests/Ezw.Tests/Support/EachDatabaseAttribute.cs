using System.Reflection;
using Ezw.Foundation.Storage;
using Xunit.Sdk;
using Xunit.v3;

namespace Ezw.Tests.Support;

/// <summary>
/// Runs a theory with its one parameter, a <see cref="DatabaseKind"/>, once on each database. Without PostgreSQL that row is visibly
/// skipped; in CI it runs and fails.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class EachDatabaseAttribute : DataAttribute
{
    public override ValueTask<IReadOnlyCollection<ITheoryDataRow>> GetData(MethodInfo testMethod, DisposalTracker disposalTracker) =>
        ValueTask.FromResult<IReadOnlyCollection<ITheoryDataRow>>(
        [
            new TheoryDataRow<DatabaseKind>(DatabaseKind.Sqlite),
            new TheoryDataRow<DatabaseKind>(DatabaseKind.Postgres) { Skip = Prerequisite.WhyWithoutPostgres },
        ]);

    public override bool SupportsDiscoveryEnumeration() => true;
}
