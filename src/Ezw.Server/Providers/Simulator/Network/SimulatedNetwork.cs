using Ezw.Providers.Simulator.Wire;

namespace Ezw.Providers.Simulator.Network;

/// <summary>
/// The servers and phones of WhatsApp as a state machine in memory: one lock, one timer, and chance that comes from the
/// seed, so that the same seed, clock and messages give the same record. Nothing calls out under the lock except
/// listeners, which only take down what they hear. This file is the network's surface: <see cref="Phones"/> tells what people
/// do, <see cref="PairingDesk"/> links devices, <see cref="Switchboard"/> holds the sessions, <see cref="Dispatch"/> carries
/// messages of lines, <see cref="LinkedDevice"/> holds the offline queue. A chat is named by a person's phone number or by the
/// id of a group.
/// </summary>
internal sealed class SimulatedNetwork : IDisposable
{
    /// <summary>WhatsApp's own limit.</summary>
    public const int MaxTextLength = 65_536;

    private static readonly TimeSpan DuplicateWithin = TimeSpan.FromSeconds(2);

    private readonly Lock gate = new();
    private readonly Schedule schedule;
    private readonly PairingDesk desk;
    private readonly Dispatch dispatch;
    private readonly Phones phones;
    private readonly Switchboard switchboard;
    private readonly MediaShelf media;

    public SimulatedNetwork(TimeProvider time, int seed = 1)
    {
        Dice = new Dice(seed);
        schedule = new Schedule(time, gate);
        desk = new PairingDesk(this, schedule, Dice);
        phones = new Phones(this, schedule, Dice);
        switchboard = new Switchboard(this, schedule);
        media = new MediaShelf(schedule);
        dispatch = new Dispatch(this, schedule, media, Dice);
    }

    /// <summary>A device unknown to this network, which lives no longer than its process, is taken at its word when it logs in.</summary>
    public bool AdoptsUnknownDevices { get; init; }

    public NetworkPace Pace { get; set; } = NetworkPace.Default;

    public NetworkFaults NetworkWideFaults { get; private set; } = NetworkFaults.None;

    internal Dice Dice { get; }

    internal PhoneBook Book { get; } = new();

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

    /// <summary>A person writes to an account, or in a group.</summary>
    /// <returns>The message's provider id.</returns>
    public string PersonWrites(string person, string to, string body, string? quoted = null) =>
        PersonSends(person, to, new SeenContent.Text(body), quoted);

    public string PersonSends(string person, string to, SeenContent content, string? quoted = null) =>
        PersonDoes(person, to, new WriteAct(content, quoted));

    /// <param name="emoji">Null takes the reaction back.</param>
    public void PersonReacts(string person, string to, string target, string? emoji) => PersonDoes(person, to, new ReactAct(target, emoji));

    public void PersonEdits(string person, string to, string target, string body) => PersonDoes(person, to, new EditAct(target, body));

    public void PersonDeletes(string person, string to, string target) => PersonDoes(person, to, new DeleteAct(target));

    public void PersonRenames(string person, string account, string name) => PersonDoes(person, account, new RenameAct(name));

    /// <summary>The owner of an account writes to a person or a group on the phone; the linked devices see an echo.</summary>
    /// <returns>The message's provider id.</returns>
    public string PhoneWrites(string account, string to, string body, string? quoted = null) =>
        PhoneSends(account, to, new SeenContent.Text(body), quoted);

    public string PhoneSends(string account, string to, SeenContent content, string? quoted = null) =>
        PhoneDoes(account, to, new WriteAct(content, quoted));

    /// <param name="emoji">Null takes the reaction back.</param>
    public void PhoneReacts(string account, string to, string target, string? emoji) => PhoneDoes(account, to, new ReactAct(target, emoji));

    public void PhoneEdits(string account, string to, string target, string body) => PhoneDoes(account, to, new EditAct(target, body));

    public void PhoneDeletes(string account, string to, string target) => PhoneDoes(account, to, new DeleteAct(target));

    public void PhoneReads(string account, string chat) => PhoneDoes(account, chat, new ReadAct());

    public string PersonDoes(string person, string to, Act act) => Locked(() => phones.PersonDoes(person, to, act));

    public string PhoneDoes(string account, string to, Act act) => Locked(() => phones.PhoneDoes(account, to, act));

    /// <param name="members">Phone numbers of people and of accounts; only members that are accounts already see the group.</param>
    /// <returns>The group's id.</returns>
    public string MakeGroup(string subject, params IReadOnlyList<string> members) => Locked(() => phones.MakeGroup(subject, members));

    public void RenameGroup(string group, string subject) => Locked(() => phones.RenameGroup(group, subject));

    /// <summary>Tells an account's devices that a number and a LID are one person.</summary>
    public void RevealIdentity(string account, string person) => Locked(() => phones.Reveal(account, person));

    /// <summary>Gives an account's devices an event as it is: a repetition, one about an unknown message, any order.</summary>
    public void Tell(string account, LineEvent happened) => Locked(() => phones.Tell(account, happened));

    /// <summary>Changes what is known of a person, who is made when new.</summary>
    public void Describe(string phoneNumber, Action<Person> change) => Locked(() => change(Book.PersonOf(phoneNumber)));

    /// <summary>Replaces the faults of one account, or those of every account that has none of its own.</summary>
    public void SetFaults(NetworkFaults faults, string? account = null) => Locked(() =>
    {
        var before = Book.Accounts.ToDictionary(one => one, FaultsOf);
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
            switchboard.Notice(one, old, FaultsOf(one));
        }
    });

    /// <summary>Breaks the streams of an account, or of all; the links come back by themselves.</summary>
    public void Disconnect(string? account = null) => Locked(() => switchboard.End(account, CloseReason.StreamError));

    /// <summary>Another login of the same devices happens elsewhere.</summary>
    public void TakeOver(string account) => Locked(() => switchboard.End(account, CloseReason.Replaced));

    /// <summary>The owner removes all linked devices on the phone.</summary>
    public void Unlink(string account) => Locked(() =>
    {
        foreach (var device in AccountOf(account).Devices.ToArray())
        {
            switchboard.Remove(device);
        }
    });

    /// <returns>The reference under which a <see cref="MediaPointer"/> opens it.</returns>
    public string AddMedia(byte[] bytes) => Locked(() => media.Add(bytes));

    /// <summary>A file that somebody can send, declared as it is.</summary>
    public SeenContent.Media Attach(
        MediaKind kind, byte[] bytes, string mimeType, string? fileName = null, string? caption = null) =>
        new(kind, new MediaSeen(new MediaPointer(AddMedia(bytes)), mimeType, fileName, bytes.Length), caption);

    /// <summary>The record in order of arrival.</summary>
    public IReadOnlyList<RecordedMessage> Messages(long after = 0, int limit = int.MaxValue) => Locked(() => Record.Read(after, limit));

    public Task MessagesReachedAsync(int count) => Locked(() => Record.ReachedAsync(count));

    /// <summary>Every arrival, repeated ones too.</summary>
    public long RawArrivals => Locked(() => Record.RawArrivals);

    public IReadOnlyList<SessionRecord> Sessions() =>
        Locked<IReadOnlyList<SessionRecord>>(() => [.. switchboard.Sessions]);

    public TimeSpan LongestOverlap() => Locked(() => SessionRecord.LongestOverlap(switchboard.Sessions, schedule.Now));

    public ChatState? ChatStateShown(string account, string chat) => Locked(() => AccountOf(account).Shown(Book.PartnerOf(chat)));

    public string? LastRead(string account, string chat) => Locked(() => AccountOf(account).LastRead(Book.PartnerOf(chat)));

    /// <summary>Events that wait for the devices of an account.</summary>
    public int Queued(string account) => Locked(() => AccountOf(account).Devices.Sum(device => device.QueuedCount));

    public void Dispose() => schedule.Dispose();

    internal void After(TimeSpan delay, Action action) => Locked(() => schedule.After(delay, action));

    internal void Gone(DeviceSession session) => Locked(() =>
    {
        desk.Forget(session);
        session.Close(schedule.Now);
    });

    internal Task<NetworkReply> AnswerAsync(DeviceSession session, NetworkRequest request) => Locked(() => request switch
    {
        LoginRequest login => Now(new LoginReply(switchboard.Login(session, login))),
        PairRequest pair => Do(() => Pair(session, pair)),
        CancelPairingRequest => Do(() => desk.End(session, "canceled")),
        _ when !session.Live => Now(NotLiveReply.Instance),
        CommitRequest commit => Do(() => session.Device!.Commit(commit.Sequence)),
        UploadRequest piece => Now(dispatch.Upload(session, piece)),
        SendRequest send => dispatch.SendAsync(session, send.Message),
        MarkReadRequest read => Do(() => MarkRead(session.Device!.Account, read.Marker)),
        ChatStateRequest shown => Do(() => Show(session.Device!.Account, shown)),
        CheckNumbersRequest check => Now(new NumbersReply([.. check.PhoneNumbers.Select(Check)])),
        OpenMediaRequest open => media.ReadAsync(open.Reference, open.Offset, FaultsOf(session.Device!.Account)),
        LogoutRequest => Do(() => switchboard.Remove(session.Device!)),
        ProbeRequest => Now(DoneReply.Instance),
        _ => throw new InvalidOperationException($"Unknown request {request.GetType().Name}."),
    });

    internal NetworkFaults FaultsOf(Account account) => account.Faults ?? NetworkWideFaults;

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

    internal void Open(DeviceSession session, LinkedDevice device) => switchboard.Open(session, device);

    private void Pair(DeviceSession session, PairRequest pair)
    {
        session.Epoch = pair.Epoch;
        desk.Begin(session, pair.Pairing);
    }

    private void MarkRead(Account account, ReadMarker marker)
    {
        if (Book.PartnerAt(marker.Chat) is { } chat && marker.ProviderMessageIds.Count > 0)
        {
            account.MarkRead(chat, marker.ProviderMessageIds[^1]);
        }
    }

    private void Show(Account account, ChatStateRequest shown)
    {
        if (Book.PartnerAt(shown.Chat) is { } chat)
        {
            account.Show(chat, shown.State);
        }
    }

    private NumberCheck Check(string phoneNumber)
    {
        var person = Book.PersonOf(phoneNumber);
        return new NumberCheck(phoneNumber, person.OnWhatsApp, person.OnWhatsApp ? person.Lid : null);
    }

    private Account AccountOf(string phoneNumber) => Book.AccountOf(phoneNumber);

    private void Locked(Action action)
    {
        lock (gate)
        {
            action();
        }
    }

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
