using Ezw.Providers.Simulator.Wire;

namespace Ezw.Providers.Simulator.Network;

/// <summary>Who is logged in, and how that ends. All calls hold the network's lock.</summary>
internal sealed class Switchboard(SimulatedNetwork network, Schedule schedule)
{
    /// <summary>Sessions kept for the record; the oldest are forgotten.</summary>
    public const int SessionLimit = 100_000;

    private readonly Queue<DeviceSession> sessions = new();

    public IEnumerable<SessionRecord> Sessions => sessions.Select(one => one.Snapshot());

    public LoginOutcome Login(DeviceSession session, LoginRequest login)
    {
        var account = network.Book.AccountOf(login.Identity.PhoneNumber);
        var device = account.Find(login.Identity.DeviceId);
        if (device is null && network.AdoptsUnknownDevices && !account.WasRemoved(login.Identity.DeviceId))
        {
            device = account.Link(login.Identity.DeviceId);
        }

        var outcome = network.FaultsOf(account) switch
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

    public void Open(DeviceSession session, LinkedDevice device)
    {
        session.Open(device, schedule.Now);
        sessions.Enqueue(session);
        if (sessions.Count > SessionLimit)
        {
            sessions.Dequeue();
        }

        if (network.FaultsOf(device.Account).Restricted)
        {
            session.Say(new HappenedPush(RestrictedNow(), 0));
        }

        device.Push();
    }

    /// <param name="account">Null for everybody.</param>
    public void End(string? account, CloseReason reason)
    {
        foreach (var one in account is null ? [.. network.Book.Accounts] : new[] { network.Book.AccountOf(account) })
        {
            foreach (var device in one.Devices)
            {
                device.Session?.End(reason, schedule.Now);
            }
        }
    }

    public void Remove(LinkedDevice device)
    {
        var session = device.Session;
        device.Account.Remove(device);
        session?.End(CloseReason.LoggedOut, schedule.Now);
    }

    /// <summary>Lets the sessions of an account feel that its faults changed.</summary>
    public void Notice(Account account, NetworkFaults before, NetworkFaults after)
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
}
