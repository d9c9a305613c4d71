using Ezw.Client;
using Ezw.Identity;
using Ezw.Providers;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ezw.Lines;

/// <summary>Handler of /api/providers: with what lines can be made here.</summary>
internal static class ProvidersApi
{
    public static Results<Ok<Page<ProviderView>>, ProblemHttpResult> List(
        Caller caller, IEnumerable<IProvider> providers, IEnumerable<AbsentProvider> absent, IEnumerable<ISimulatedPhones> phones)
    {
        // What is missing on the server is not for everybody.
        if (!caller.Manages)
            return LineProblems.MayNotManage();
        var simulated = phones.Select(one => one.Kind).ToHashSet();
        var present = providers.Select(one => new ProviderView(
            one.Kind, simulated.Contains(one.Kind), true, null, one.Capabilities.PairByQr, one.Capabilities.PairByCode));
        var missing = absent.Select(one => new ProviderView(one.Kind, simulated.Contains(one.Kind), false, one.Why, false, false));
        return TypedResults.Ok(new Page<ProviderView>([.. present, .. missing], null));
    }
}
