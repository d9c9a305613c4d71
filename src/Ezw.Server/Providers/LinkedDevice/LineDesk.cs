using System.Text.Json.Nodes;
using Ezw.Providers.LinkedDevice.Channel;
using Ezw.Providers.LinkedDevice.Keys;
using Ezw.Providers.LinkedDevice.Wire;

namespace Ezw.Providers.LinkedDevice;

/// <summary>Answers what the sidecar asks about one line, as long as the line has its seat there: keys, events, messages, files.</summary>
internal sealed class LineDesk(LinkDescriptor line, LineTools tools, OutgoingFiles files, LinkedDeviceLink link)
{
    private readonly TaskCompletionSource left = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock gate = new();
    private readonly DeviceKeyOwner owner = new(line.OrganizationId, line.LineId, line.Epoch);
    private Task writing = Task.CompletedTask;
    private bool writable = true;

    public LinkDescriptor Line => line;

    /// <summary>Completes when the seat is free.</summary>
    public Task Left => left.Task;

    public void MarkLeft() => left.TrySetResult();

    /// <summary>The process is gone, with the connection that it held.</summary>
    public void Lost() => link.Lost(this);

    /// <summary>After this no key is written, and none is being written: what removes them removes all.</summary>
    public async Task EndWritingAsync()
    {
        Task last;
        lock (gate)
            (writable, last) = (false, writing);
        await last.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>Writes are stored in the order in which they are asked for.</summary>
    /// <exception cref="StaleEpochException">Nothing may be written for this owner any more.</exception>
    public Task SetKeysAsync(IReadOnlyList<DeviceKey> keys, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            if (!writable)
                throw new StaleEpochException();
            var mine = tools.Keys.SetAsync(owner, keys, cancellationToken);
            writing = writing.IsCompleted ? mine : Task.WhenAll(writing, mine);
            return mine;
        }
    }

    /// <exception cref="SidecarErrorException">What the sidecar is told instead.</exception>
    public async Task<JsonObject> AnswerAsync(SidecarRequest request, long epoch, CancellationToken cancellationToken)
    {
        if (epoch != line.Epoch)
            throw Stale();
        try
        {
            return request.Method switch
            {
                "event" => await HearAsync(WireFormat.Read<EventParams>(request.Parameters)),
                "keys.get" => await GetKeysAsync(WireFormat.Read<KeysGetParams>(request.Parameters), cancellationToken),
                "keys.set" => await SetKeysAsync(WireFormat.Read<KeysSetParams>(request.Parameters), cancellationToken),
                "keys.clear" => await ClearKeysAsync(cancellationToken),
                "message.find" => await FindAsync(WireFormat.Read<MessageFindParams>(request.Parameters), cancellationToken),
                "media.read" => await files.ReadAsync(WireFormat.Read<MediaReadParams>(request.Parameters), cancellationToken),
                _ => throw new SidecarErrorException(SidecarErrorException.UnknownMethod, "The server has no such method."),
            };
        }
        catch (StaleEpochException)
        {
            link.Fenced(this);
            throw Stale();
        }
    }

    private static SidecarErrorException Stale() => new(SidecarErrorException.StaleEpoch, "The line is owned under a newer epoch.");

    private static SidecarErrorException Invalid(string sentence) => new(SidecarErrorException.InvalidParams, sentence);

    private async Task<JsonObject> HearAsync(EventParams told)
    {
        await link.HearAsync(this, told.Event, ReadKeys(told.Keys ?? []));
        return [];
    }

    private async Task<JsonObject> GetKeysAsync(KeysGetParams asked, CancellationToken cancellationToken)
    {
        if (asked.Ids.Count > ChannelLimits.KeysPerGet)
            throw Invalid($"At most {ChannelLimits.KeysPerGet} keys are read at once.");
        var names = asked.Ids.Distinct().Select(id => Named(asked.Type, id)).ToList();
        var values = new JsonObject();
        foreach (var key in await tools.Keys.GetAsync(owner, names, cancellationToken))
        {
            if (key.Value is { } value)
                values[key.Name.Id] = Convert.ToBase64String(value);
        }
        return new JsonObject { ["values"] = values };
    }

    private async Task<JsonObject> SetKeysAsync(KeysSetParams asked, CancellationToken cancellationToken)
    {
        await SetKeysAsync(ReadKeys(asked.Writes), cancellationToken);
        return [];
    }

    private async Task<JsonObject> ClearKeysAsync(CancellationToken cancellationToken)
    {
        await tools.Keys.WipeAsync(owner, cancellationToken);
        return [];
    }

    private async Task<JsonObject> FindAsync(MessageFindParams asked, CancellationToken cancellationToken)
    {
        var found = await tools.Archive.FindAsync(
            line.OrganizationId, line.LineId, asked.Chat, asked.ProviderMessageId, cancellationToken);
        return found is null ? new JsonObject { ["found"] = false } : Outgoing.Found(found);
    }

    private static List<DeviceKey> ReadKeys(IReadOnlyList<KeyShape> keys) => keys.Count > ChannelLimits.KeysPerSet
        ? throw Invalid($"At most {ChannelLimits.KeysPerSet} keys are written at once.")
        : [.. keys.Select(key => new DeviceKey(Named(key.Type, key.Id), key.Value))];

    // PostgreSQL's texts hold no zero character.
    private static DeviceKeyName Named(string type, string id) =>
        type.Length is > 0 and <= ChannelLimits.KeyTypeCharacters && id.Length <= ChannelLimits.KeyIdCharacters
        && !type.Contains('\0', StringComparison.Ordinal) && !id.Contains('\0', StringComparison.Ordinal)
            ? new DeviceKeyName(type, id)
            : throw Invalid("A key has a type of 1 to 64 characters and an id of at most 512.");
}

/// <summary>What all lines share.</summary>
internal sealed record LineTools(DeviceKeys Keys, IOutboundArchive Archive);
