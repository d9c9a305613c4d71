using System.Reflection;
using Ezw.Tests.Support;
using Xunit.Sdk;
using Xunit.v3;

namespace Ezw.Tests.Media;

/// <summary>Runs a theory with its one parameter, a <see cref="StoreKind"/>, on a folder and on a bucket of a real S3 server.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class EachStoreAttribute : DataAttribute
{
    public override ValueTask<IReadOnlyCollection<ITheoryDataRow>> GetData(MethodInfo testMethod, DisposalTracker disposalTracker) =>
        ValueTask.FromResult<IReadOnlyCollection<ITheoryDataRow>>(
        [
            new TheoryDataRow<StoreKind>(StoreKind.Folder),
            new TheoryDataRow<StoreKind>(StoreKind.Bucket) { Skip = Prerequisite.WhyWithoutSwift },
        ]);

    public override bool SupportsDiscoveryEnumeration() => true;
}
