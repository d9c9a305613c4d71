using System.Security.Cryptography;
using System.Text;
using Ezw.Foundation.Security;
using Ezw.Foundation.Storage;
using Ezw.Lines;
using Ezw.Providers;
using Ezw.Providers.LinkedDevice.Keys;
using Ezw.Tests.Support;

namespace Ezw.Tests.Providers.LinkedDevice.Keys;

/// <summary>Credentials and Signal keys: kept sealed, changed by the owner only, gone with the device.</summary>
public sealed class DeviceKeysTests
{
    private const string Marker = "zqv-private-key-zqv";

    private static readonly byte[] FirstKey = RandomNumberGenerator.GetBytes(KeyRing.KeyBytes);
    private static readonly byte[] SecondKey = RandomNumberGenerator.GetBytes(KeyRing.KeyBytes);
    private static readonly DeviceKeyName Credentials = new("creds", "");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory, EachDatabase]
    public async Task Keys_are_set_read_replaced_and_removed_together(DatabaseKind kind)
    {
        await using var store = await TestStore.StartAsync(kind);
        var (keys, owner) = (Keys(store), Owner(store));

        await keys.SetAsync(owner, [Key("creds", "", "one"), Key("session", "34600111222.0", "two"), Key("pre-key", "1", "")], Cancel);
        await keys.SetAsync(owner, [Key("creds", "", "three"), Key("pre-key", "1", null), Key("pre-key", "2", "four")], Cancel);

        var read = await keys.GetAsync(
            owner, [new("pre-key", "2"), Credentials, new("pre-key", "1"), new("session", "34600111222.0"), new("session", "nobody")],
            Cancel);
        Assert.Equal(["four", "three", null, "two", null], read.Select(Text));
        Assert.Equal(["2", "", "1", "34600111222.0", "nobody"], read.Select(key => key.Name.Id));
    }

    [Theory, EachDatabase]
    public async Task A_key_written_twice_in_one_change_keeps_the_later_value(DatabaseKind kind)
    {
        await using var store = await TestStore.StartAsync(kind);
        var (keys, owner) = (Keys(store), Owner(store));

        await keys.SetAsync(owner, [Key("creds", "", "earlier"), Key("creds", "", "later")], Cancel);

        Assert.Equal("later", Text(Assert.Single(await keys.GetAsync(owner, [Credentials], Cancel))));
    }

    [Theory, EachDatabase]
    public async Task Many_devices_change_at_once_and_each_keeps_its_own_in_order(DatabaseKind kind)
    {
        await using var store = await TestStore.StartAsync(kind);
        var keys = Keys(store);
        var owners = new List<DeviceKeyOwner>();
        for (var number = 0; number < 20; number++)
            owners.Add(OwnerOf(await store.AddLineAsync(store.Organization)));

        await Task.WhenAll(owners.Select(async owner =>
        {
            for (var round = 0; round < 5; round++)
            {
                await keys.SetAsync(
                    owner,
                    [Key("creds", "", $"{owner.LineId} {round}"), .. Enumerable.Range(0, 40).Select(id => Key("pre-key", $"{id}", "x"))],
                    Cancel);
            }
        }));

        foreach (var owner in owners)
            Assert.Equal($"{owner.LineId} 4", Text((await keys.GetAsync(owner, [Credentials], Cancel))[0]));
        Assert.Equal(20 * 41, await store.CountAsync($"select count(*) from device_key"));
    }

    [Theory, EachDatabase]
    public async Task A_former_owner_neither_reads_nor_changes_a_key(DatabaseKind kind)
    {
        await using var store = await TestStore.StartAsync(kind);
        var (keys, former) = (Keys(store), Owner(store));
        await keys.SetAsync(former, [Key("creds", "", "kept")], Cancel);
        await store.Database.WriteAsync(
            db => db.ExecuteAsync($"update line_owner set epoch = epoch + 1 where line_id = {former.LineId}", Cancel), Cancel);
        var owner = former with { Epoch = former.Epoch + 1 };

        await Assert.ThrowsAsync<StaleEpochException>(() => keys.SetAsync(former, [Key("creds", "", "forked")], Cancel));
        await Assert.ThrowsAsync<StaleEpochException>(() => keys.SetAsync(former, [Key("creds", "", null)], Cancel));
        await Assert.ThrowsAsync<StaleEpochException>(() => keys.WipeAsync(former, Cancel));
        await Assert.ThrowsAsync<StaleEpochException>(() => keys.GetAsync(former, [Credentials], Cancel));

        Assert.Equal("kept", Text((await keys.GetAsync(owner, [Credentials], Cancel))[0]));
    }

    [Theory, EachDatabase]
    public async Task Of_two_owners_who_write_at_once_the_former_changes_nothing(DatabaseKind kind)
    {
        await using var store = await TestStore.StartAsync(kind);
        var (keys, former) = (Keys(store), Owner(store));
        var owner = former with { Epoch = 1 };
        await store.Database.WriteAsync(
            db => db.ExecuteAsync($"update line_owner set epoch = 1 where line_id = {former.LineId}", Cancel), Cancel);

        var writes = Enumerable.Range(0, 50).Select(number => keys.SetAsync(
            number % 2 == 0 ? owner : former, [Key("creds", "", number % 2 == 0 ? "owner" : "former")], Cancel)).ToList();
        await Task.WhenAll(writes.Select(write => write.ContinueWith(_ => { }, TaskScheduler.Default)));

        Assert.Equal(25, writes.Count(write => write.Exception?.InnerException is StaleEpochException));
        Assert.Equal("owner", Text((await keys.GetAsync(owner, [Credentials], Cancel))[0]));
    }

    [Theory, EachDatabase]
    public async Task Nothing_of_a_key_can_be_read_in_the_database(DatabaseKind kind)
    {
        await using var store = await TestStore.StartAsync(kind);
        var owner = Owner(store);
        await Keys(store).SetAsync(owner, [Key("creds", "", Marker), Key("session", "34600111222.0", Marker)], Cancel);

        var rows = await store.ReadAsync(
            $"select type, id, value from device_key", row => (row.GetString(0), row.GetString(1), row.GetFieldValue<byte[]>(2)));

        Assert.Equal(2, rows.Count);
        Assert.All(rows, row =>
        {
            Assert.DoesNotContain(Marker, $"{row.Item1} {row.Item2}", StringComparison.Ordinal);
            Assert.True(row.Item3.AsSpan().IndexOf(Encoding.UTF8.GetBytes(Marker).AsSpan(0, 4)) < 0);
        });
    }

    [Theory, EachDatabase]
    public async Task A_value_that_was_moved_or_given_another_epoch_does_not_open(DatabaseKind kind)
    {
        await using var store = await TestStore.StartAsync(kind);
        var (keys, owner) = (Keys(store), Owner(store));
        var other = OwnerOf(await store.AddLineAsync(store.Organization));
        await keys.SetAsync(owner, [Key("session", "ana", "hers"), Key("session", "noa", "hers too")], Cancel);
        await keys.SetAsync(other, [Key("session", "ana", "another line's")], Cancel);

        foreach (var tampering in new Sql[]
        {
            $"""
            update device_key set value = (select value from device_key where line_id = {owner.LineId} and id = 'noa')
            where line_id = {owner.LineId} and id = 'ana'
            """,
            $"""
            update device_key set value = (select value from device_key where line_id = {other.LineId} and id = 'ana')
            where line_id = {owner.LineId} and id = 'ana'
            """,
            $"update device_key set epoch = epoch + 1 where line_id = {owner.LineId} and id = 'noa'",
        })
        {
            await store.Database.WriteAsync(db => db.ExecuteAsync(tampering, Cancel), Cancel);
            var names = new[] { new DeviceKeyName("session", "ana"), new DeviceKeyName("session", "noa") };
            await Assert.ThrowsAnyAsync<CryptographicException>(() => keys.GetAsync(owner, names, Cancel));
        }
    }

    [Theory, EachDatabase]
    public async Task Keys_outlive_a_rotation_of_the_master_key_and_are_sealed_by_the_newest_as_they_change(DatabaseKind kind)
    {
        await using var store = await TestStore.StartAsync(kind);
        var owner = Owner(store);
        var sealedBefore = Keys(store);
        var rotating = Keys(store, SecondKey, FirstKey);
        var rotated = Keys(store, SecondKey);
        await sealedBefore.SetAsync(owner, [Key("creds", "", "old"), Key("session", "ana", "old")], Cancel);

        await rotating.SetAsync(owner, [Key("creds", "", "new")], Cancel);

        Assert.Equal(["new", "old"], (await rotating.GetAsync(owner, [Credentials, new("session", "ana")], Cancel)).Select(Text));
        Assert.Equal("new", Text((await rotated.GetAsync(owner, [Credentials], Cancel))[0]));
        await Assert.ThrowsAnyAsync<CryptographicException>(() => rotated.GetAsync(owner, [new("session", "ana")], Cancel));
    }

    [Theory, EachDatabase]
    public async Task The_report_that_the_device_is_gone_takes_its_keys_along(DatabaseKind kind)
    {
        await using var store = await TestStore.StartAsync(kind);
        var (keys, owner) = (Keys(store), Owner(store));
        var neighbour = OwnerOf(await store.AddLineAsync(store.Organization));
        await LinkAsync(store);
        await keys.SetAsync(owner, [Key("creds", "", "x"), Key("session", "ana", "x")], Cancel);
        await keys.SetAsync(neighbour, [Key("creds", "", "x")], Cancel);

        await ReportAsync(store, new(store.Organization, owner.LineId, owner.Epoch, 1, LifecycleState.Reconnecting));
        Assert.Equal(3, await store.CountAsync($"select count(*) from device_key"));
        await ReportAsync(
            store, new(store.Organization, owner.LineId, owner.Epoch, 2, LifecycleState.LoggedOut, Link: new(null, null, null)));

        Assert.Equal(neighbour.LineId, Assert.Single(await store.ReadAsync($"select line_id from device_key", row => row.Uuid(0))));
    }

    [Theory, EachDatabase]
    public async Task A_stale_report_of_a_log_out_takes_nothing_along(DatabaseKind kind)
    {
        await using var store = await TestStore.StartAsync(kind);
        var owner = Owner(store);
        await Keys(store).SetAsync(owner, [Key("creds", "", "x")], Cancel);

        var stale = new LineReport(
            store.Organization, owner.LineId, owner.Epoch - 1, 2, LifecycleState.LoggedOut, Link: new(null, null, null));
        Assert.False(await store.Commits.CommitAsync(new LineReportStore(), stale, Cancel));

        Assert.Equal(1, await store.CountAsync($"select count(*) from device_key"));
    }

    [Theory, EachDatabase]
    public async Task A_pairing_that_ends_without_a_device_leaves_no_keys_and_one_that_has_a_device_keeps_them(DatabaseKind kind)
    {
        await using var store = await TestStore.StartAsync(kind);
        var (keys, owner) = (Keys(store), Owner(store));
        await keys.SetAsync(owner, [Key("creds", "", "half")], Cancel);
        await ReportAsync(store, new(store.Organization, owner.LineId, owner.Epoch, 1, LifecycleState.Created, Pairing: new("expired")));
        Assert.Equal(0, await store.CountAsync($"select count(*) from device_key"));

        await keys.SetAsync(owner, [Key("creds", "", "whole")], Cancel);
        await LinkAsync(store);
        await ReportAsync(store, new(store.Organization, owner.LineId, owner.Epoch, 3, LifecycleState.Connecting, Pairing: new("expired")));

        Assert.Equal(1, await store.CountAsync($"select count(*) from device_key"));
    }

    [Theory, EachDatabase]
    public async Task An_archived_line_keeps_no_keys_once_it_has_no_device(DatabaseKind kind)
    {
        await using var store = await TestStore.StartAsync(kind);
        var (keys, owner) = (Keys(store), Owner(store));
        await keys.SetAsync(owner, [Key("creds", "", "left by a pairing that a crash ended")], Cancel);

        await LineStore.ChangeAsync(
            store.Database, store.Organization, owner.LineId, LineStore.Pause(store.Organization, owner.LineId, 1), 1, Cancel);
        Assert.Equal(1, await store.CountAsync($"select count(*) from device_key"));
        await LineStore.ChangeAsync(
            store.Database, store.Organization, owner.LineId, LineStore.Archive(store.Organization, owner.LineId, 2), 2, Cancel);

        Assert.Equal(0, await store.CountAsync($"select count(*) from device_key"));
    }

    private static DeviceKeys Keys(TestStore store, params byte[][] masterKeys) => new(
        store.Database, store.Commits, new DeviceKeyStore(), new SecretBox(new KeyRing(masterKeys.Length == 0 ? [FirstKey] : masterKeys)));

    private static DeviceKeyOwner Owner(TestStore store) => OwnerOf(store.Line);

    private static DeviceKeyOwner OwnerOf(LineKey line) => new(line.OrganizationId, line.LineId, line.Epoch);

    private static DeviceKey Key(string type, string id, string? value) =>
        new(new DeviceKeyName(type, id), value is null ? null : Encoding.UTF8.GetBytes(value));

    private static string? Text(DeviceKey key) => key.Value is { } value ? Encoding.UTF8.GetString(value) : null;

    private static Task LinkAsync(TestStore store) => ReportAsync(store, new(
        store.Organization, store.Line.LineId, store.Line.Epoch, 1, LifecycleState.Connecting, Pairing: new("paired"),
        Link: new("+972501000001", null, "972501000001:1@s.whatsapp.net")));

    private static async Task ReportAsync(TestStore store, LineReport report) =>
        Assert.True(await store.Commits.CommitAsync(new LineReportStore(), report, Cancel));
}
