using Ezw.Foundation.Storage;
using Ezw.Tests.Support;

namespace Ezw.Tests.Lines;

/// <summary>A line of the simulator is linked without a phone in anybody's hand.</summary>
public sealed class SimulatedPhonesTests(SharedApps apps)
{
    [Theory, EachDatabase]
    public async Task A_simulated_phone_scans_what_is_offered(DatabaseKind kind)
    {
        var line = await (await apps.OnAsync(kind)).Acme.CreateLineAsync();
        await line.OfferAsync("""{"method":"qr"}""");

        using (var scanned = await UseAsync(line, null))
            Assert.Equal(204, (int)scanned.StatusCode);

        var connected = await line.WaitForLifecycleAsync("connected");
        Assert.Matches(@"^\+97250123\d{4}$", (string?)connected["phoneNumber"]);
        using var again = await UseAsync(line, null);
        await again.ShouldRefuseAsync(409, "pairing_not_offered");
    }

    [Theory, EachDatabase]
    public async Task It_types_a_code_on_the_phone_that_the_code_is_for(DatabaseKind kind)
    {
        var line = await (await apps.OnAsync(kind)).Acme.CreateLineAsync();
        await line.OfferAsync($$"""{"method":"code","phoneNumber":"{{line.Phone}}"}""");

        using (var other = await UseAsync(line, $$"""{"phoneNumber":"{{line.Workspace.App.NewPhone()}}"}"""))
            await other.ShouldRefuseAsync(409, "pairing_not_offered");
        using (var typed = await UseAsync(line, "{}"))
            Assert.Equal(204, (int)typed.StatusCode);

        Assert.Equal(line.Phone, (string?)(await line.WaitForLifecycleAsync("connected"))["phoneNumber"]);
    }

    [Theory, EachDatabase]
    public async Task The_phone_may_be_chosen(DatabaseKind kind)
    {
        var line = await (await apps.OnAsync(kind)).Acme.CreateLineAsync();
        await line.OfferAsync("""{"method":"qr"}""");

        using (var wrong = await UseAsync(line, """{"phoneNumber":"12"}"""))
            await wrong.ShouldBlameAsync("phoneNumber");
        using (var scanned = await UseAsync(line, $$"""{"phoneNumber":"{{line.Phone}}"}"""))
            Assert.Equal(204, (int)scanned.StatusCode);

        Assert.Equal(line.Phone, (string?)(await line.WaitForLifecycleAsync("connected"))["phoneNumber"]);
    }

    [Theory, EachDatabase]
    public async Task Nothing_is_scanned_before_an_offer_nor_on_a_line_of_real_phones(DatabaseKind kind)
    {
        var app = await apps.OnAsync(kind);
        var line = await app.Acme.CreateLineAsync();

        using (var early = await UseAsync(line, null))
            await early.ShouldRefuseAsync(409, "pairing_not_offered");

        await app.App.AlterAsync($"update line set provider = 'linked-device' where id = {line.Id}");
        using (var real = await UseAsync(line, null))
            await real.ShouldRefuseAsync(409, "line_not_simulated");
        using var stranger = await app.Operator.PostAsync($"{line.Path}/pairing/simulated-phone");
        await stranger.ShouldRefuseAsync(404, "not_found");
    }

    [Fact]
    public async Task Without_its_network_nothing_is_offered()
    {
        await using var app = await TestApp.StartAsync(DatabaseKind.Sqlite, "Ezw:Simulator:Network=127.0.0.1:1");
        var line = await (await app.CreateOrganizationAsync("Acme")).CreateLineAsync();
        await app.AlterAsync($"""
            insert into pairing (organization_id, line_id, method, state, qr, requested_at)
            values ({line.Workspace.OrganizationId}, {line.Id}, 'qr', 'offered', 'x', 1)
            """);

        using var refused = await UseAsync(line, null);

        await refused.ShouldRefuseAsync(409, "pairing_not_offered");
    }

    private static Task<HttpResponseMessage> UseAsync(TestLine line, string? json) =>
        line.Workspace.PostAsync($"{line.Path}/pairing/simulated-phone", json);
}
