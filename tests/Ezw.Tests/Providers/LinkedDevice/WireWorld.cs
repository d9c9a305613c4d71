using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Ezw.Foundation.Security;
using Ezw.Foundation.Storage;
using Ezw.Messaging.Sending;
using Ezw.Providers;
using Ezw.Providers.LinkedDevice;
using Ezw.Providers.LinkedDevice.Keys;
using Ezw.Providers.LinkedDevice.Processes;
using Ezw.Tests.Contracts;
using Ezw.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Ezw.Tests.Providers.LinkedDevice;

/// <summary>Real sidecars of two nodes, a key store that they share, and the WhatsApp server of the tests. Its time is nobody's to move.</summary>
internal sealed class WireWorld : ProviderContractWorld
{
    private const string Shop = "+972501000001";

    private readonly Dictionary<string, byte[]> files = [];
    private readonly HashSet<string> people = [];
    private readonly List<SidecarPool> pools = [];
    private TestStore? store;
    private WireServer? wire;
    private IProvider? provider;
    private IProvider? otherNode;

    public override IProvider Provider => provider!;

    public override IProvider OtherNode => otherNode!;

    public override ProviderContractClaims Claims => ProviderContractClaims.All;

    /// <summary>Two processes, a phone and two people start on a machine that may have more to do.</summary>
    public override TimeSpan Patience => TimeSpan.FromSeconds(45);

    /// <summary>Six QR codes: a minute, and twenty seconds each.</summary>
    public override TimeSpan LongPatience => TimeSpan.FromSeconds(200);

    /// <summary>One ciphertext opens once.</summary>
    public override int TimesOfARepeatedEvent => 1;

    /// <summary>Groups are read-only conversations.</summary>
    public override bool WritesToGroups => false;

    private WireServer Wire => wire!;

    public override void Advance(TimeSpan time)
    {
    }

    public override async Task<LinkDescriptor> OwnAsync()
    {
        if (store is null)
            await StartAsync();
        var line = await store!.AddLineAsync(store.Organization);
        return new LinkDescriptor(line.OrganizationId, line.LineId, line.Epoch, null);
    }

    public override async Task<LinkDescriptor> TakeOverAsync(LinkDescriptor line, LineIdentity identity)
    {
        await store!.Database.WriteAsync(
            db => db.ExecuteAsync($"update line_owner set epoch = epoch + 1 where line_id = {line.LineId}", default), default);
        return line with { Epoch = line.Epoch + 1, Identity = identity };
    }

    public override async Task<bool> ScanAsync(string payload, string phoneNumber) =>
        await Wire.TryPostAsync("scan", new() { ["qr"] = payload, ["phone"] = Digits(phoneNumber) }) is not null;

    public override async Task<bool> EnterCodeAsync(string phoneNumber, string code) =>
        await Wire.TryPostAsync("enter-code", new() { ["code"] = code, ["phone"] = Digits(phoneNumber) }) is not null;

    public override Task<string> PersonWritesAsync(string person, string account, string body) =>
        SendAsync("contacts", person, account, new() { ["kind"] = "text", ["text"] = body });

    public override Task<string> PhoneWritesAsync(string account, string person, string body) =>
        SendAsync("phones", account, person, new() { ["kind"] = "text", ["text"] = body });

    public override Task<SeenContent.Media> AttachAsync(
        MediaKind kind, byte[] bytes, string mimeType, string? fileName, string? caption)
    {
        var reference = $"{files.Count}";
        files[reference] = bytes;
        return Task.FromResult(new SeenContent.Media(
            kind, new MediaSeen(new MediaPointer(reference), mimeType, fileName, bytes.Length), caption));
    }

    public override SeenContent.Media Carried(SeenContent.Media file) => file with
    {
        Caption = file.Kind is MediaKind.Image or MediaKind.Video or MediaKind.Document ? file.Caption : null,
        File = file.Kind == MediaKind.Document ? file.File : file.File with { FileName = null },
    };

    public override Task<string> PersonSendsAsync(string person, string to, SeenContent content, string? quoted = null) =>
        SendAsync("contacts", person, to, ContentOf(content, quoted));

    public override Task PersonReactsAsync(string person, string to, string target, string? emoji) =>
        SendAsync("contacts", person, to, new() { ["kind"] = "reaction", ["target"] = target, ["emoji"] = emoji ?? "" });

    public override Task PersonEditsAsync(string person, string to, string target, string body) =>
        SendAsync("contacts", person, to, new() { ["kind"] = "edit", ["target"] = target, ["text"] = body });

    public override Task PersonDeletesAsync(string person, string to, string target) =>
        SendAsync("contacts", person, to, new() { ["kind"] = "delete", ["target"] = target });

    public override Task PersonRenamesAsync(string person, string account, string name) =>
        Wire.PostAsync("phones", new() { ["phone"] = Digits(person), ["name"] = name });

    public override async Task PersonReadsAsync(string person)
    {
        await ReceivedAsync(person);
        await Wire.PostAsync($"contacts/{Digits(person)}/read");
    }

    public override Task<string> PhoneSendsAsync(string account, string to, SeenContent content, string? quoted = null) =>
        SendAsync("phones", account, to, ContentOf(content, quoted));

    public override Task PhoneReactsAsync(string account, string to, string target, string? emoji) =>
        SendAsync("phones", account, to, new() { ["kind"] = "reaction", ["target"] = target, ["emoji"] = emoji ?? "" });

    public override Task PhoneEditsAsync(string account, string to, string target, string body) =>
        SendAsync("phones", account, to, new() { ["kind"] = "edit", ["target"] = target, ["text"] = body });

    public override Task PhoneDeletesAsync(string account, string to, string target) =>
        SendAsync("phones", account, to, new() { ["kind"] = "delete", ["target"] = target });

    public override Task PhoneReadsAsync(string account, string chat) =>
        Wire.PostAsync($"phones/{Digits(account)}/read", new() { ["chat"] = Digits(chat) });

    public override async Task<string> MakeGroupAsync(string subject, params string[] members)
    {
        var numbers = new JsonArray([.. members.Select(member => (JsonNode)Digits(member))]);
        return (string)(await Wire.PostAsync("groups", new() { ["subject"] = subject, ["members"] = numbers }))["id"]!;
    }

    public override Task RenameGroupAsync(string group, string subject) =>
        Wire.PostAsync($"groups/{group}", new() { ["subject"] = subject });

    public override async Task RepeatEventsAsync()
    {
        await FaultAsync("delivered-twice", new() { ["phone"] = Digits(Shop) });
        await FaultAsync("receipt-delivered-twice", new() { ["phone"] = Digits(Shop) });
    }

    public override Task SpoilMediaAsync(SpoiledMedia how) => how switch
    {
        SpoiledMedia.Gone => FaultAsync("media-unavailable", new() { ["status"] = 404 }),
        SpoiledMedia.Cut => FaultAsync("media-truncated", []),
        _ => FaultAsync("media-corrupted", []),
    };

    public override Task UnlinkAsync(string account) => Wire.PostAsync($"phones/{Digits(account)}/unlink");

    public override Task BreakStreamAsync(string account) => Wire.PostAsync($"phones/{Digits(account)}/close");

    public override Task LoseAcksAsync(bool lose) => lose ? FaultAsync("ack-lost", new() { ["phone"] = Digits(Shop) }) : NoFaultsAsync();

    public override Task RestrictAsync(string account, bool restricted) => Wire.PostAsync("phones", new()
    {
        ["phone"] = Digits(account),
        ["restrictedUntil"] = restricted ? TimeProvider.System.GetUtcNow().AddHours(1).ToUnixTimeSeconds() : null,
    });

    public override Task RemoveFromWhatsAppAsync(string phoneNumber) => Wire.DeleteAsync($"phones/{Digits(phoneNumber)}");

    public override async Task<IReadOnlyList<string>> ShownToAsync(string person) =>
        [.. (await ReceivedAsync(person)).Select(message => (string?)message["text"]).OfType<string>()];

    public override async Task<IReadOnlyList<ShownFile>> ShownFilesAsync(string person)
    {
        var shown = new List<ShownFile>();
        foreach (var message in (await ReceivedAsync(person)).Where(message => message["mime"] is not null))
        {
            var file = await Wire.GetAsync($"contacts/{Digits(person)}/files/{message["id"]}");
            shown.Add(new ShownFile(
                MediaKinds.Parse((string)message["kind"]!), (string)message["mime"]!, (string?)message["fileName"],
                (string?)message["caption"], (long)file["size"]!, (string)file["sha256"]!));
        }
        return shown;
    }

    public override Task RejectMediaAsync() => FaultAsync("upload-refused", new() { ["status"] = 400 });

    public override Task LoseUploadsAsync(bool lose) => lose ? FaultAsync("upload-dropped", []) : NoFaultsAsync();

    public override async Task<int> ArrivalsAsync(string providerMessageId) =>
        (await Wire.GetAsync($"messages?id={providerMessageId}"))["messages"]!.AsArray().Sum(entry => (int)entry!["arrived"]!);

    public override async ValueTask DisposeAsync()
    {
        foreach (var pool in pools)
            await pool.DisposeAsync();
        if (wire is not null)
            await wire.DisposeAsync();
        if (store is not null)
            await store.DisposeAsync();
    }

    private async Task StartAsync()
    {
        store = await TestStore.StartAsync(DatabaseKind.Sqlite);
        wire = await WireServer.StartAsync();
        var box = new SecretBox(new KeyRing(RandomNumberGenerator.GetBytes(KeyRing.KeyBytes)));
        (provider, otherNode) = (NodeOf(box), NodeOf(box));
        foreach (var person in new[] { "+34600111222", "+972501112233" })
        {
            await Wire.PostAsync("contacts", new() { ["phone"] = Digits(person), ["name"] = "Ana" });
            people.Add(person);
        }
    }

    private LinkedDeviceProvider NodeOf(SecretBox box)
    {
        var options = Options.Create(new LinkedDeviceOptions
        {
            WebSocketUrl = Wire.Url, MediaHost = Wire.Media, CertificateAuthority = Wire.Authority,
            VersionUrl = $"https://{Wire.Media}/sw.js", AckTimeoutMs = 3_000, DrainMs = 500,
        });
        var pool = new SidecarPool(options, FakeSidecars.Meter(), TimeProvider.System, NullLogger<SidecarPool>.Instance);
        pools.Add(pool);
        var keys = new DeviceKeys(store!.Database, store.Commits, new DeviceKeyStore(), box);
        return new LinkedDeviceProvider(
            pool, new LineTools(keys, new OutboundArchive(store.Database)), new MediaReferences(box), options, TimeProvider.System,
            NullLogger<LinkedDeviceProvider>.Instance);
    }

    /// <summary>What the person's device shows, once nothing more is on its way.</summary>
    private async Task<IReadOnlyList<JsonNode>> ReceivedAsync(string personOrGroup)
    {
        var isGroup = personOrGroup.EndsWith("@g.us", StringComparison.Ordinal);
        var person = Digits(isGroup ? "+34600111222" : personOrGroup);
        if (!people.Contains("+" + person))
            return [];
        return [.. (await Wire.GetAsync($"contacts/{person}/received?all=1"))["messages"]!.AsArray().Select(message => message!)
            .Where(message => ((string?)message["chat"] == personOrGroup) == isGroup)];
    }

    private async Task<string> SendAsync(string whose, string from, string to, JsonObject message)
    {
        message["to"] = Digits(to);
        return (string)(await Wire.PostAsync($"{whose}/{Digits(from)}/send", message))["id"]!;
    }

    private Task<JsonNode> FaultAsync(string kind, JsonObject narrowed)
    {
        narrowed["kind"] = kind;
        narrowed["times"] = null;
        return Wire.PostAsync("faults", narrowed);
    }

    private Task NoFaultsAsync() => Wire.DeleteAsync("faults");

    private JsonObject ContentOf(SeenContent content, string? quoted)
    {
        JsonObject message = content switch
        {
            SeenContent.Text text => new() { ["kind"] = "text", ["text"] = text.Words },
            SeenContent.Media media => new()
            {
                ["kind"] = media.Kind.Name(), ["bytes"] = Convert.ToBase64String(files[media.File.Source.Reference]),
                ["mime"] = media.File.MimeType, ["fileName"] = media.File.FileName, ["caption"] = media.Caption,
            },
            SeenContent.Location place => new()
            {
                ["kind"] = "location", ["latitude"] = place.Latitude, ["longitude"] = place.Longitude, ["name"] = place.Name,
                ["address"] = place.Address, ["live"] = place.Live,
            },
            SeenContent.Contacts cards => new()
            {
                ["kind"] = "contact",
                ["contacts"] = new JsonArray([.. cards.Cards.Select(card =>
                    (JsonNode)new JsonObject { ["name"] = card.Name, ["vcard"] = card.VCard })]),
            },
            SeenContent.Poll poll => new()
            {
                ["kind"] = "poll", ["question"] = poll.Question, ["choices"] = poll.Choices,
                ["options"] = new JsonArray([.. poll.Options.Select(option => (JsonNode)option)]),
            },
            SeenContent.Unsupported other => new() { ["kind"] = "raw", ["message"] = JsonNode.Parse(other.Raw) },
            _ => throw new InvalidOperationException($"No way to send {content}."),
        };
        if (quoted is not null)
            message["quoted"] = quoted;
        return message;
    }

    private static string Digits(string phoneNumberOrGroup) => phoneNumberOrGroup.TrimStart('+');
}
