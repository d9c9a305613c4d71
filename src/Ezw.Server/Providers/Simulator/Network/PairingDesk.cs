using Ezw.Providers.Simulator.Wire;

namespace Ezw.Providers.Simulator.Network;

/// <summary>
/// Links new devices. A QR code is offered six times, as WhatsApp Web does, a pairing code once; the desk hands a scanned
/// or typed secret to the account of the phone. All calls hold the network's lock.
/// </summary>
internal sealed class PairingDesk(SimulatedNetwork network, Schedule schedule, Dice dice)
{
    public const int QrRounds = 6;
    public static readonly TimeSpan FirstQrLife = TimeSpan.FromSeconds(60);
    public static readonly TimeSpan NextQrLife = TimeSpan.FromSeconds(20);
    public static readonly TimeSpan CodeLife = TimeSpan.FromSeconds(160);

    // The alphabet of WhatsApp's codes: no letter that is easily taken for another.
    private const string CodeLetters = "123456789ABCDEFGHJKLMNPQRSTVWXYZ";
    private const int CodeLength = 8;

    private readonly Dictionary<string, Pairing> offered = [];
    private long begun;

    public void Begin(DeviceSession session, PairingRequest request)
    {
        session.Pairing = new Pairing(session, request, ++begun);
        if (network.NetworkWideFaults.EngineOutdated)
        {
            End(session, "refused");
        }
        else if (request.Method == PairingMethod.Qr)
        {
            OfferQr(session.Pairing);
        }
        else
        {
            OfferCode(session.Pairing);
        }
    }

    public void End(DeviceSession session, string reason)
    {
        if (Take(session) is not null)
        {
            session.Say(new HappenedPush(new PairingEnded(schedule.Now, reason), 0));
        }
    }

    /// <summary>Forgets the pairing of a connection that is gone; there is nobody left to tell.</summary>
    public void Forget(DeviceSession session) => Take(session);

    public bool Scan(string payload, Account account) =>
        offered.TryGetValue(payload, out var pairing) && pairing.Request.Method == PairingMethod.Qr && Link(pairing, account);

    public bool EnterCode(string code, Account account) =>
        offered.TryGetValue(code.Replace("-", "", StringComparison.Ordinal).ToUpperInvariant(), out var pairing)
        && pairing.Request.Method == PairingMethod.Code
        && pairing.Request.PhoneNumber == account.PhoneNumber
        && Link(pairing, account);

    private bool Link(Pairing pairing, Account account)
    {
        Take(pairing.Session);
        var device = account.Link();
        pairing.Session.Say(new HappenedPush(new LinePaired(schedule.Now, account.IdentityOf(device)), 0));
        network.Open(pairing.Session, device);
        return true;
    }

    private void OfferQr(Pairing pairing)
    {
        var life = pairing.Round == 0 ? FirstQrLife : NextQrLife;
        var bits = dice.Bits("qr", pairing.Session.Epoch.ToString(), (pairing.Number * QrRounds) + pairing.Round);
        Offer(pairing, $"2@{bits:x16}{pairing.Number:x},{pairing.Round}");
        pairing.Session.Say(new HappenedPush(new QrOffered(schedule.Now, pairing.Secret, schedule.Now + life), 0));
        schedule.After(life, () => Rotate(pairing));
    }

    private void Rotate(Pairing pairing)
    {
        if (pairing.Session.Pairing != pairing)
        {
            return;
        }

        if (++pairing.Round < QrRounds)
        {
            OfferQr(pairing);
        }
        else
        {
            End(pairing.Session, "expired");
        }
    }

    private void OfferCode(Pairing pairing)
    {
        var bits = dice.Bits("code", pairing.Request.PhoneNumber ?? "", pairing.Number);
        Offer(pairing, string.Create(CodeLength, bits, (letters, source) =>
        {
            for (var index = 0; index < letters.Length; index++, source >>= 5)
            {
                letters[index] = CodeLetters[(int)(source & 31)];
            }
        }));
        pairing.Session.Say(new HappenedPush(new PairingCodeOffered(schedule.Now, pairing.Secret, schedule.Now + CodeLife), 0));
        schedule.After(CodeLife, () =>
        {
            if (pairing.Session.Pairing == pairing)
            {
                End(pairing.Session, "expired");
            }
        });
    }

    private void Offer(Pairing pairing, string secret)
    {
        offered.Remove(pairing.Secret);
        pairing.Secret = secret;
        offered[secret] = pairing;
    }

    private Pairing? Take(DeviceSession session)
    {
        var pairing = session.Pairing;
        session.Pairing = null;
        offered.Remove(pairing?.Secret ?? "");
        return pairing;
    }
}

internal sealed class Pairing(DeviceSession session, PairingRequest request, long number)
{
    public DeviceSession Session { get; } = session;

    public PairingRequest Request { get; } = request;

    public long Number { get; } = number;

    public int Round { get; set; }

    /// <summary>The payload or code that is valid now.</summary>
    public string Secret { get; set; } = "";
}
