using Ezw.Foundation.Storage;
using Ezw.Tests.Support;

namespace Ezw.Tests.Lines;

/// <summary>With what lines can be made here, and why not.</summary>
public sealed class ProvidersTests(SharedApps apps)
{
    [Theory, EachDatabase]
    public async Task What_is_not_here_says_why(DatabaseKind kind)
    {
        await using var app = await TestApp.StartAsync(kind, "Ezw:LinkedDevice:Enabled=false");
        var acme = await app.CreateOrganizationAsync("Acme");

        using var answer = await acme.GetAsync("/api/providers");

        var items = (await answer.ShouldBeJsonAsync(200))["items"]!.AsArray();
        Assert.Equal(
            [("simulator", true, true, null), ("linked-device", false, false, "it is switched off by Ezw:LinkedDevice:Enabled")],
            items.Select(item => (
                (string)item!["kind"]!, (bool)item["isSimulated"]!, (bool)item["isAvailable"]!, (string?)item["whyNot"])));
        Assert.Equal((true, true), ((bool)items[0]!["pairsByQr"]!, (bool)items[0]!["pairsByCode"]!));
    }

    [Fact]
    public async Task They_are_for_those_who_make_lines()
    {
        using var refused = await (await apps.OnAsync(DatabaseKind.Sqlite)).Operator.GetAsync("/api/providers");

        await refused.ShouldRefuseAsync(403, "forbidden");
    }
}
