using Ezw.Providers.Simulator.Wire;

namespace Ezw.Providers.Simulator.Network;

/// <summary>
/// The servers and phones of WhatsApp as a state machine in memory: one lock, one timer, and chance that comes from the
/// seed, so that the same seed, clock and messages give the same record. Nothing calls out under the lock except
/// listeners, which only take down what they hear. This file is the network's surface; <see cref="PairingDesk"/> links
/// devices, <see cref="Dispatch"/> carries messages, <see cref="LinkedDevice"/> holds the offline queue.
/// </summary>
internal sealed class SimulatedNetwork : IDisposable
{
    /// <summary>WhatsApp's own limit.</summary>
    public const int MaxTextLength = 65_536;

    /// <summary>Sessions kept for <see cref="Sessions"/>; the oldest are forgotten.</summary>
    public const int SessionLimit = 100_000;

    private static readonly TimeSpan DuplicateWithin = TimeSpan.FromSeconds(2);

    private readonly Lock gate = new();
    private readonly Schedule schedule;
    private readonly PairingDesk desk;
    private readonly Dispatch dispatch;
    private readonly Dictionary<string, Account> accounts = [];
    private readonly Dictionary<string, Person> people = [];
    private readonly Dictionary<string, Person> peopleByLid = [];
    private readonly Dictionary<string, byte[]> media = [];
    private readonly Queue<DeviceSession> sessions = new();
    private long written;

    public SimulatedNetwork(TimeProvider time, int seed = 1)
    {
        Dice = new Dice(seed);
        schedule = new Schedule(time, gate);
        desk = new PairingDesk(this, schedule, Dice);
        dispatch = new Dispatch(this, schedule, Dice);
    }

    /// <summary>A device unknown to this network, which lives no longer than its process, is taken at its word when it logs in.</summary>
    public bool AdoptsUnknownDevices { get; init; }

    public NetworkPace Pace { get; set; } = NetworkPace.Default;

    public NetworkFaults NetworkWideFaults { get; private set; } = NetworkFaults.None;

    internal Dice Dice { get; }

    internal MessageRecord Record { get; } = new();

    /// <summary>Told of every distinct message, under the lock.</summary>
    internal event Action<RecordedMessage>? Arrived;

    public INetworkConnection Open(INetworkListener listener) => new DeviceSession(this, listener);

    /// <summary>A phone scans a QR code: false when the code is not on offer now.</summary>
    public bool Scan(string payload, string phoneNumber) => Locked(() => desk.Scan(payload, AccountOf(phoneNumber)));

    public bool EnterCode(string phoneNumber, string code) => Locked(() => desk.EnterCode(code, AccountOf(phoneNumber)));

    /// <summary>Links a device without a pairing, for tests that are about something else.</summary>
    public LineIdentity LinkDevice(string phoneNumber) => Locked(() =>
    {
        var account = AccountOf(phoneNumber);
        return account.IdentityOf(account.Link());
    });

    /// <summary>A person writes to an account.</summary>
    /// <returns>The message's provider id.</returns>
    public string PersonWrites(string person, string account, string body, string? quoted = null) => Locked(() =>
    {
        var from = PersonOf(person);
        var id = NextId("3A", person + account);
        var content = new SeenContent.Text(body);
        Deliver(AccountOf(account), new MessageSeen(schedule.Now, id, from.Chat, FromMe: false, content, quoted, from.Name), id);
        return id;
    });

    /// <summary>The owner of an account writes on the phone; the linked devices see an echo.</summary>
    public string PhoneWrites(string account, string person, string body) => Locked(() =>
    {
        var id = NextId("3F", account + person);
        var content = new SeenContent.Text(body);
        Deliver(AccountOf(account), new MessageSeen(schedule.Now, id, PersonOf(person).Chat, FromMe: true, content, null, null), id);
        return id;
    });

    /// <summary>Tells an account's devices that a number and a LID are one person.</summary>
    public void RevealIdentity(string account, string person) => Locked(() =>
    {
        var revealed = PersonOf(person);
        Deliver(AccountOf(account), new IdentityLinked(schedule.Now, revealed.PhoneNumber, revealed.Lid), $"identity/{person}");
        return true;
    });

    /// <summary>Changes what is known of a person, who is made when new.</summary>
    public void Describe(string phoneNumber, Action<Person> change) => Locked(() =>
    {
        change(PersonOf(phoneNumber));
        return true;
    });

    /// <summary>Replaces the faults of one account, or those of every account that has none of its own.</summary>
    public void SetFaults(NetworkFaults faults, string? account = null) => Locked(() =>
    {
        var before = accounts.Values.ToDictionary(one => one, FaultsOf);
        if (account is null)
        {
            NetworkWideFaults = faults;
        }
        else
        {
            AccountOf(account).Faults = faults;
        }

        foreach (var (one, old) in before)
        {
            Notice(one, old, FaultsOf(one));
        }

        return true;
    });

    /// <summary>Breaks the streams of an account, or of all; the links come back by themselves.</summary>
    public void Disconnect(string? account = null) => EndSessions(account, CloseReason.StreamError);

    /// <summary>Another login of the same devices happens elsewhere.</summary>
    public void TakeOver(string account) => EndSessions(account, CloseReason.Replaced);

    /// <summary>The owner removes all linked devices on the phone.</summary>
    public void Unlink(string account) => Locked(() =>
    {
        foreach (var device in AccountOf(account).Devices.ToArray())
        {
            Remove(device);
        }

        return true;
    });

    public string AddMedia(byte[] bytes) => Locked(() =>
    {
        var reference = "sim:" + Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes));
        media[reference] = bytes;
        return reference;
    });

    /// <summary>The record in order of arrival.</summary>
    public IReadOnlyList<RecordedMessage> Messages(long after = 0, int limit = int.MaxValue) => Locked(() => Record.Read(after, limit));

    public Task MessagesReachedAsync(int count) => Locked(() => Record.ReachedAsync(count));

    /// <summary>Every arrival, repeated ones too.</summary>
    public long RawArrivals => Locked(() => Record.RawArrivals);

    public IReadOnlyList<SessionRecord> Sessions() =>
        Locked<IReadOnlyList<SessionRecord>>(() => [.. sessions.Select(one => one.Snapshot())]);

    public TimeSpan LongestOverlap() => Locked(() => SessionRecord.LongestOverlap(sessions.Select(one => one.Snapshot()), schedule.Now));

    public ChatState? ChatStateShown(string account, string person) => Locked(() => AccountOf(account).Shown(PersonOf(person)));

    public string? LastRead(string account, string person) => Locked(() => AccountOf(account).LastRead(PersonOf(person)));

    /// <summary>Events that wait for the devices of an account.</summary>
    public int Queued(string account) => Locked(() => AccountOf(account).Devices.Sum(device => device.QueuedCount));

    public void Dispose() => schedule.Dispose();

    internal void After(TimeSpan delay, Action action) => Locked(() =>
    {
        schedule.After(delay, action);
        return true;
    });

    internal void Gone(DeviceSession session) => Locked(() =>
    {
        desk.Forget(session);
        session.Close(schedule.Now);
        return true;
    });

    internal Task<NetworkReply> AnswerAsync(DeviceSession session, NetworkRequest request) => Locked(() => request switch
    {
        LoginRequest login => Now(new LoginReply(Login(session, login))),
        PairRequest pair => Do(() => Pair(session, pair)),
        CancelPairingRequest => Do(() => desk.End(session, "canceled")),
        _ when !session.Live => Now(NotLiveReply.Instance),
        CommitRequest commit => Do(() => session.Device!.Commit(commit.Sequence)),
        SendRequest send => dispatch.SendAsync(session.Device!, send.Message),
        MarkReadRequest read => Do(() => MarkRead(session.Device!.Account, read.Marker)),
        ChatStateRequest shown => Do(() => Show(session.Device!.Account, shown)),
        CheckNumbersRequest check => Now(new NumbersReply([.. check.PhoneNumbers.Select(Check)])),
        OpenMediaRequest open => Now(new MediaReply(media.GetValueOrDefault(open.Reference))),
        LogoutRequest => Do(() => Remove(session.Device!)),
        ProbeRequest => Now(DoneReply.Instance),
        _ => throw new InvalidOperationException($"Unknown request {request.GetType().Name}."),
    });

    internal NetworkFaults FaultsOf(Account account) => account.Faults ?? NetworkWideFaults;

    internal Account? FindAccount(string phoneNumber) => accounts.GetValueOrDefault(phoneNumber);

    internal Person? PersonAt(ChatAddress chat) => chat switch
    {
        { Lid: { } lid } when peopleByLid.TryGetValue(lid, out var known) => known,
        { PhoneNumber: { } phoneNumber } => PersonOf(phoneNumber),
        _ => null,
    };

    internal void Announce(RecordedMessage message) => Arrived?.Invoke(message);

    internal void Deliver(Account account, LineEvent happened, string key)
    {
        foreach (var device in account.Devices)
        {
            Deliver(account, device, happened, key);
        }
    }

    internal void Deliver(Account account, LinkedDevice device, LineEvent happened, string key)
    {
        var faults = FaultsOf(account);
        var subject = account.PhoneNumber + key;
        var delay = faults.EventDelay + (faults.ReorderWindow * Dice.Roll("reorder", subject));
        schedule.After(delay, () => device.Enqueue(happened));
        if (Dice.Roll("duplicate", subject) < faults.DuplicateEvents)
        {
            schedule.After(delay + (DuplicateWithin * Dice.Roll("duplicate-delay", subject)), () => device.Enqueue(happened));
        }
    }

    internal void Open(DeviceSession session, LinkedDevice device)
    {
        session.Open(device, schedule.Now);
        sessions.Enqueue(session);
        if (sessions.Count > SessionLimit)
        {
            sessions.Dequeue();
        }

        if (FaultsOf(device.Account).Restricted)
        {
            session.Say(new HappenedPush(RestrictedNow(), 0));
        }

        device.Push();
    }

    private LoginOutcome Login(DeviceSession session, LoginRequest login)
    {
        var account = AccountOf(login.Identity.PhoneNumber);
        var device = account.Find(login.Identity.DeviceId);
        if (device is null && AdoptsUnknownDevices && !account.WasRemoved(login.Identity.DeviceId))
        {
            device = account.Link(login.Identity.DeviceId);
        }

        var outcome = FaultsOf(account) switch
        {
            { Unreachable: true } => LoginOutcome.Unreachable,
            { EngineOutdated: true } => LoginOutcome.EngineOutdated,
            { EngineFault: true } => LoginOutcome.EngineFault,
            _ when device is null => LoginOutcome.LoggedOut,
            _ => LoginOutcome.Accepted,
        };
        session.Epoch = login.Epoch;
        if (outcome == LoginOutcome.Accepted && device!.Session != session)
        {
            Open(session, device);
        }

        return outcome;
    }

    private void Pair(DeviceSession session, PairRequest pair)
    {
        session.Epoch = pair.Epoch;
        desk.Begin(session, pair.Pairing);
    }

    private void Remove(LinkedDevice device)
    {
        var session = device.Session;
        device.Account.Remove(device);
        session?.End(CloseReason.LoggedOut, schedule.Now);
    }

    private void MarkRead(Account account, ReadMarker marker)
    {
        if (PersonAt(marker.Chat) is { } chat && marker.ProviderMessageIds.Count > 0)
        {
            account.MarkRead(chat, marker.ProviderMessageIds[^1]);
        }
    }

    private void Show(Account account, ChatStateRequest shown)
    {
        if (PersonAt(shown.Chat) is { } chat)
        {
            account.Show(chat, shown.State);
        }
    }

    private NumberCheck Check(string phoneNumber)
    {
        var person = PersonOf(phoneNumber);
        return new NumberCheck(phoneNumber, person.OnWhatsApp, person.OnWhatsApp ? person.Lid : null);
    }

    private void Notice(Account account, NetworkFaults before, NetworkFaults after)
    {
        foreach (var session in account.Devices.Select(device => device.Session).OfType<DeviceSession>().ToArray())
        {
            if (after.EngineOutdated)
            {
                session.End(CloseReason.EngineOutdated, schedule.Now);
            }
            else if (before.Restricted != after.Restricted)
            {
                session.Say(new HappenedPush(after.Restricted ? RestrictedNow() : RestoredNow(), 0));
            }
        }
    }

    private LinkStateChanged RestrictedNow() =>
        new(schedule.Now, LinkState.Restricted, "account_restricted", "WhatsApp restricts this account for now.");

    private LinkStateChanged RestoredNow() => new(schedule.Now, LinkState.Connected, "", "");

    private void EndSessions(string? account, CloseReason reason) => Locked(() =>
    {
        foreach (var one in account is null ? [.. accounts.Values] : new[] { AccountOf(account) })
        {
            foreach (var device in one.Devices)
            {
                device.Session?.End(reason, schedule.Now);
            }
        }

        return true;
    });

    private Account AccountOf(string phoneNumber)
    {
        if (!accounts.TryGetValue(phoneNumber, out var account))
        {
            accounts[phoneNumber] = account = new Account(PersonOf(phoneNumber));
        }

        return account;
    }

    private Person PersonOf(string phoneNumber)
    {
        if (!people.TryGetValue(phoneNumber, out var person))
        {
            // The LID comes from the number alone, so that a network that was started anew still knows it.
            var lid = $"{new Dice(0).Bits("lid", phoneNumber) % 900_000_000_000_000 + 100_000_000_000_000}@lid";
            people[phoneNumber] = peopleByLid[lid] = person = new Person(phoneNumber, lid);
        }

        return person;
    }

    private string NextId(string prefix, string subject) => $"{prefix}{Dice.Bits("id", subject, ++written):X16}";

    private T Locked<T>(Func<T> action)
    {
        lock (gate)
        {
            return action();
        }
    }

    private static Task<NetworkReply> Now(NetworkReply reply) => Task.FromResult(reply);

    private static Task<NetworkReply> Do(Action action)
    {
        action();
        return Task.FromResult<NetworkReply>(DoneReply.Instance);
    }
}
