using Ezw.Foundation.Storage;
using Ezw.Tests.Support;

namespace Ezw.Tests.Contracts;

/// <summary>TEN-08: what is gone answers as what never was, and who is gone is out at once.</summary>
[Collection(TenancyCollection.Name)]
public sealed class TenancyAfterwardsTests(TenancyWorlds worlds)
{
    private static readonly string[] Deleted = ["noteId", "labelId", "cannedReplyId", "viewId", "stageId", "mentionId", "webhookId"];

    private static readonly TimeSpan Within = TimeSpan.FromSeconds(5);

    [Theory, EachDatabase]
    public async Task What_was_deleted_answers_as_what_never_was(DatabaseKind kind)
    {
        var world = await worlds.OnAsync(kind);
        var tenant = await TenancyTenant.MakeAsync(world.App, "zqvinitech", world.App.NewPhone());
        var conversation = tenant.One.Things["conversationId"];
        foreach (var path in new[]
            {
                $"/api/conversations/{conversation}/notes/{tenant.IdOf("noteId")}", $"/api/labels/{tenant.IdOf("labelId")}",
                $"/api/canned-replies/{tenant.IdOf("cannedReplyId")}", $"/api/views/{tenant.IdOf("viewId")}",
                $"/api/stages/{tenant.IdOf("stageId")}?moveTo={tenant.IdOf("moveToStageId")}",
                $"{tenant.One.Line.Path}/webhooks/{tenant.IdOf("webhookId")}",
            })
        {
            using var gone = await tenant.Owner.DeleteAsync(path);
            Assert.True(gone.IsSuccessStatusCode, $"{path}: {gone.StatusCode}");
        }
        await world.JobsEndedAsync();

        foreach (var (route, form, slot) in from route in world.Routes
                                            where route.Scheme == "idToken"
                                            from form in ApiRoutes.FormsOf(route)
                                            from slot in form.Slots(route).Intersect(Deleted)
                                            select (route, form, slot))
        {
            var gone = await world.CallAsync(route, form, tenant.Owner.IdToken, tenant.IdOf);
            var never = await world.CallAsync(
                route, form, tenant.Owner.IdToken, name => name == slot ? Guid.CreateVersion7() : tenant.IdOf(name));
            Assert.True(TenancyWorld.Alike(never) == TenancyWorld.Alike(gone), $"{route} {form} with {slot}: {gone} and not {never}");
        }
    }

    [Theory, EachDatabase]
    public async Task Who_leaves_and_what_is_archived_is_out_within_seconds(DatabaseKind kind)
    {
        var world = await worlds.OnAsync(kind);
        var tenant = await TenancyTenant.MakeAsync(world.App, "zqvhooli", world.App.NewPhone());
        var member = await tenant.AddMemberAsync("leaver");
        await tenant.PermitAsync(member, tenant.One, "operate");
        await using var live = await LiveReader.OpenAsync(member);
        var time = TimeProvider.System.GetTimestamp();

        using (var removed = await tenant.Owner.DeleteAsync($"/api/members/{member.UserId}"))
            Assert.Equal(204, (int)removed.StatusCode);
        await live.RestAsync().WaitAsync(Within, TimeProvider.System, TestContext.Current.CancellationToken);
        var refused = await world.GetAsync("/api/lines", member.IdToken);
        Assert.True(refused.Status == 403 && TimeProvider.System.GetElapsedTime(time) < Within, $"{refused}");

        var former = tenant.One.Line.Token;
        using (var archived = await tenant.Owner.DeleteAsync(tenant.One.Line.Path))
            Assert.True(archived.IsSuccessStatusCode, $"{archived.StatusCode}");
        using var sent = await tenant.One.Line.PostTextAsync("""{"to":"+972501234567","body":"x"}""", null, former);
        Assert.True((int)sent.StatusCode is 401 or 404 or 409, $"{sent.StatusCode}");
        former = tenant.Two.Line.Token;
        await tenant.Two.Line.CreateTokenAsync("""{"overlapHours":0}""");
        foreach (var path in new[] { "/api/v1/health", $"/api/v1/messages/{tenant.Two.Things["messageId"]}" })
            Assert.Equal(401, (await world.GetAsync(path, former)).Status);
    }
}
