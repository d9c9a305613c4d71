using Ezw.Foundation.Events;
using Ezw.Foundation.Storage;
using Ezw.Providers;
using Ezw.Providers.Simulator.Network;
using Ezw.Tests.Support;
using Ezw.Webhooks.Payloads;

namespace Ezw.Tests.Webhooks.Payloads;

/// <summary>A day on a real line: everything that phones do there is told, and is valid whapi.cloud.</summary>
public sealed class HappeningsOfALineTests(SharedApps apps)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory, EachDatabase]
    public async Task Everything_that_happens_on_a_line_is_told_and_valid(DatabaseKind kind)
    {
        var (app, acme, _, _) = await apps.OnAsync(kind);
        var line = await acme.PairLineAsync();
        var before = await EndAsync(app, acme.OrganizationId);
        var (known, hidden) = (app.NewPhone(), app.NewPhone());
        app.WhatsApp.Describe(hidden, person => person.Shown = AddressShown.Lid);

        Say(app, line, known, hidden);
        var sent = await line.SendTextAsync(known, "We are open until 8.");
        await line.WaitForStatusAsync((string)sent["messageId"]!, "delivered");

        var told = await Eventually.BecomesAsync(
            () => ReadAsync(app, line, before), happenings => happenings.Count >= 16, "sixteen happenings");
        Assert.Equal(
            ["contacts", "image", "location", "poll", "text", "text", "text", "text", "text"],
            told.OfType<Happening.Message>().Select(message => message.Said.Type).Order(StringComparer.Ordinal));
        Assert.Equal(
            ["delete", "edit", "edit", "reaction", "reaction"],
            told.OfType<Happening.Change>().Select(change => change.Kind).Order(StringComparer.Ordinal));
        Assert.Equal(["sent", "delivered"], told.OfType<Happening.Status>().Select(status => status.Moved));
        var nobodys = Assert.Single(told.OfType<Happening.Message>(), message => message.Said.Body == "from a hidden number");
        Assert.EndsWith("@lid", nobodys.Chat.ProviderChatId, StringComparison.Ordinal);
        Assert.Null(nobodys.Chat.PhoneNumber);
        Assert.All(told, happening => Assert.Equal(line.Phone, happening.Chat.LinePhoneNumber));
        Assert.Equal(told.Select(happening => happening.Position).Order(), told.Select(happening => happening.Position));

        WhapiDocument.Required();
        await WhapiDocument.ShouldAcceptAsync(
            [.. told.SelectMany(happening => PayloadsAsSentTests.Tell("whapi_cloud", happening)).Select(payload => payload.Body)]);
    }

    private static void Say(TestApp app, TestLine line, string known, string hidden)
    {
        var (network, phone) = (app.WhatsApp, line.Phone);
        var first = network.PersonWrites(known, phone, "hello");
        network.PersonReacts(known, phone, first, "👍");
        network.PersonReacts(known, phone, first, null);
        network.PersonEdits(known, phone, first, "שלום");
        network.PersonDeletes(known, phone, first);
        network.PersonSends(known, phone, network.Attach(MediaKind.Image, TestImage.Png(), "image/png", "photo.png", "look"));
        network.PersonSends(known, phone, new SeenContent.Poll("When?", ["Monday", "Tuesday"], 1));
        network.PersonSends(known, phone, new SeenContent.Location(32, 34, "Depot", null, false));
        network.PersonSends(known, phone, new SeenContent.Contacts([new ContactCard("Sam", [], "BEGIN:VCARD")]));
        network.PersonWrites(hidden, phone, "from a hidden number");
        network.PersonWrites(known, network.MakeGroup("Family", phone, known), "hi all");
        network.PhoneWrites(phone, known, "from the phone");
        network.Tell(phone, new MessageEdited(
            TimeProvider.System.GetUtcNow(), new MessageReference(new ChatAddress(known, null), "3A0000NEVERCAME", false), "early"));
    }

    private static async Task<long> EndAsync(TestApp app, Guid organizationId)
    {
        await using var db = await app.Database.ReadAsync(Cancellation);
        return Assert.Single(await EventStore.EndsAsync(db, [organizationId], Cancellation)).Position;
    }

    private static async Task<List<Happening>> ReadAsync(TestApp app, TestLine line, long after)
    {
        var organizationId = line.Workspace.OrganizationId;
        await using var db = await app.Database.ReadAsync(Cancellation);
        var events = await EventStore.ReadAsync(db, organizationId, after, 500, Cancellation);
        return await HappeningStore.ReadAsync(db, organizationId, [.. events.Where(e => e.LineId == line.Id)], Cancellation);
    }
}
