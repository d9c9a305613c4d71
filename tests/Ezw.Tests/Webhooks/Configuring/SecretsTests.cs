using System.Data.Common;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Ezw.Foundation.Storage;
using Ezw.Tests.Contracts;
using Ezw.Tests.Support;
using Ezw.Webhooks.Configuring;

namespace Ezw.Tests.Webhooks.Configuring;

/// <summary>What signs deliveries, and the headers that go with them: shown once or never, kept sealed.</summary>
public sealed class SecretsTests(SharedApps apps)
{
    private const string Password = "Basic b3duZXI6Y2FuYXJ5LXBhc3N3b3Jk";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory, EachDatabase]
    public async Task A_secret_is_shown_when_it_is_made_and_never_again(DatabaseKind kind)
    {
        var line = await (await apps.OnAsync(kind)).Acme.CreateLineAsync();
        foreach (var door in WebhookDoor.Both(line))
        {
            var json = $$$"""{"targetUrl":"https://example.com/{{{door.OfMachines}}}","headers":{"Authorization":"{{{Password}}}"}}""";
            var made = await door.PutAsync(json);
            var first = Secret(made);
            Assert.Matches(@"^whsec_[A-Za-z0-9+/]{43}=$", first);
            var rotated = await door.AskAsync(HttpMethod.Post, $"/{made["id"]}/secret", "{}", 201);
            var second = Secret(rotated);
            Assert.Equal(["secret", "createdAt", "previousExpiresAt"], rotated.AsObject().Select(member => member.Key));
            Assert.NotEqual(first, second);

            var told = string.Join('\n', [
                await door.PutAsync(json), await door.GetAsync(""), await door.GetAsync($"/{made["id"]}"),
                await door.PatchAsync($"/{made["id"]}", """{"enabled":false}""")]);

            Assert.DoesNotContain("secret", told, StringComparison.OrdinalIgnoreCase);
            foreach (var hidden in new[] { first, second, Password })
                Assert.DoesNotContain(hidden, told, StringComparison.Ordinal);
        }
    }

    [Theory, EachDatabase]
    public async Task In_the_database_everything_secret_is_sealed(DatabaseKind kind)
    {
        var door = new WebhookDoor(await (await apps.OnAsync(kind)).Acme.CreateLineAsync(), true);
        var made = await door.PutAsync(
            $$$"""{"targetUrl":"https://example.com/","headers":{"Authorization":"{{{Password}}}"}}""");
        var rotated = await door.AskAsync(HttpMethod.Post, $"/{made["id"]}/secret", null, 201);

        var rows = await RowsAsync(door.Line.Workspace.App.Database);

        Assert.Contains("Authorization", rows, StringComparison.Ordinal);
        foreach (var secret in new[] { Secret(made), Secret(rotated) })
        {
            var key = Key(secret);
            foreach (var form in new[] { secret, secret["whsec_".Length..], Hex(key), Hex(Encoding.UTF8.GetBytes(secret)) })
                Assert.DoesNotContain(form, rows, StringComparison.OrdinalIgnoreCase);
        }
        foreach (var form in new[] { Password, Hex(Encoding.UTF8.GetBytes(Password)) })
            Assert.DoesNotContain(form, rows, StringComparison.OrdinalIgnoreCase);

        static string Hex(byte[] bytes) => Convert.ToHexString(bytes);
    }

    [Theory, EachDatabase]
    public async Task What_was_sealed_opens_for_its_webhook_only(DatabaseKind kind)
    {
        var door = new WebhookDoor(await (await apps.OnAsync(kind)).Acme.CreateLineAsync(), false);
        var app = door.Line.Workspace.App;
        var seals = app.Part<WebhookSeals>();
        var made = await door.PutAsync($$$"""{"targetUrl":"https://example.com/","headers":{"Authorization":"{{{Password}}}"}}""");
        var id = made["id"]!.GetValue<Guid>();

        var live = Assert.Single(await LiveAsync(door, id));
        var headers = Assert.Single(await ReadAsync(
            app.Database, $"select headers from webhook where id = {id}", row => row.GetFieldValue<byte[]>(0)));

        Assert.Equal(Key(Secret(made)), seals.OpenKey(id, live.Sealed));
        Assert.Equal([KeyValuePair.Create("Authorization", Password)], seals.OpenHeaders(id, headers));
        Assert.Empty(seals.OpenHeaders(id, null));
        Assert.ThrowsAny<CryptographicException>(() => seals.OpenKey(Guid.CreateVersion7(), live.Sealed));
        Assert.ThrowsAny<CryptographicException>(() => seals.OpenHeaders(Guid.CreateVersion7(), headers));
        Assert.ThrowsAny<CryptographicException>(() => seals.OpenKey(id, headers));
    }

    /// <summary>WH-14: both sign while a rotation overlaps, then the new one alone.</summary>
    [Theory, EachDatabase]
    public async Task A_rotation_overlaps_and_never_leaves_more_than_two(DatabaseKind kind)
    {
        foreach (var door in WebhookDoor.Both(await (await apps.OnAsync(kind)).Acme.CreateLineAsync()))
        {
            var made = await door.PutAsync($$"""{"targetUrl":"https://example.com/{{door.OfMachines}}"}""");
            var id = made["id"]!.GetValue<Guid>();
            var before = TimeProvider.System.GetUtcNow();

            var second = await door.AskAsync(HttpMethod.Post, $"/{id}/secret", null, 201);
            var end = second["previousExpiresAt"]!.GetValue<DateTimeOffset>();
            Assert.InRange(end - before, TimeSpan.FromHours(24) - TimeSpan.FromSeconds(1), TimeSpan.FromHours(25));
            Assert.Equal([Secret(second), Secret(made)], await SecretsAsync(door, id, 0));
            Assert.Equal([Secret(second)], await SecretsAsync(door, id, (long)TimeSpan.FromHours(25).TotalMilliseconds));

            var third = await door.AskAsync(HttpMethod.Post, $"/{id}/secret", """{"overlapHours":1}""", 201);
            Assert.Equal([Secret(third), Secret(second)], await SecretsAsync(door, id, 0));

            var fourth = await door.AskAsync(HttpMethod.Post, $"/{id}/secret", """{"overlapHours":0}""", 201);
            Assert.Null(fourth["previousExpiresAt"]);
            Assert.Equal([Secret(fourth)], await SecretsAsync(door, id, 0));

            foreach (var hours in new[] { -1, 25 })
            {
                using var refused = await door.SendAsync(HttpMethod.Post, $"/{id}/secret", $$"""{"overlapHours":{{hours}}}""");
                await refused.ShouldBlameAsync("overlapHours");
            }
            await door.RefuseAsync(HttpMethod.Post, $"/{Guid.CreateVersion7()}/secret", null, 404, "not_found");
        }
    }

    private static string Secret(JsonNode made) => (string)made["secret"]!;

    private static byte[] Key(string secret) => Convert.FromBase64String(secret["whsec_".Length..]);

    private static async Task<IEnumerable<string>> SecretsAsync(WebhookDoor door, Guid id, long laterMs) =>
        (await LiveAsync(door, id, laterMs)).Select(secret => WebhookSecret.Show(
            door.Line.Workspace.App.Part<WebhookSeals>().OpenKey(id, secret.Sealed)));

    private static async Task<List<WebhookSecret>> LiveAsync(WebhookDoor door, Guid id, long laterMs = 0)
    {
        await using var db = await door.Line.Workspace.App.Database.ReadAsync(Cancellation);
        return await WebhookSecretStore.LiveAsync(
            db, door.Line.Workspace.OrganizationId, id, TimeProvider.System.NowMs() + laterMs, Cancellation);
    }

    private static async Task<List<T>> ReadAsync<T>(Database database, Sql sql, Func<DbDataReader, T> read)
    {
        await using var db = await database.ReadAsync(Cancellation);
        return await db.QueryAsync(sql, read, Cancellation);
    }

    /// <summary>Every value that a customer owns, bytes in hex.</summary>
    private static async Task<string> RowsAsync(Database database)
    {
        var rows = new StringBuilder();
        await using var db = await database.ReadAsync(Cancellation);
        foreach (var table in (await TenancySchema.TablesAsync(db)).Where(table => table.Columns.Contains("organization_id")))
        {
            foreach (var row in await db.QueryAsync(
                $"select * from {new SqlText(table.Name)}",
                row => string.Join('|', Enumerable.Range(0, row.FieldCount).Select(i => Print(row.GetValue(i)))), Cancellation))
                rows.AppendLine(row);
        }
        return rows.ToString();
    }

    private static string Print(object value) => value is byte[] bytes ? Convert.ToHexString(bytes) : $"{value}";
}
