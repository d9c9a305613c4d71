using Ezw.Client;
using Ezw.Foundation.Http;
using Ezw.Foundation.Storage;
using Ezw.Identity;
using Ezw.Providers;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Ezw.Lines;

/// <summary>Handler of /api/lines/{lineId}/pairing/simulated-phone: takes the place of the phone in somebody's hand, where there is none.</summary>
internal static class SimulatedPhonesApi
{
    /// <summary>Of the numbers that are made up; the demo's own line has the first.</summary>
    private const string Prefix = "+97250123";

    public static async Task<Results<NoContent, ProblemHttpResult>> Use(
        Guid lineId, SimulatedPhone? input, Caller caller, LineAccess access, IEnumerable<ISimulatedPhones> phones, Database database,
        EzwContexts contexts, PairingSeals seals, CancellationToken ct)
    {
        if (await access.FindAsync(caller, lineId, ct) is not { } line)
            return Problems.NotFound();
        if (!line.MayManage)
            return LineProblems.MayNotManage();
        if (input?.PhoneNumber is { } wrong && PhoneNumber.Parse(wrong) is null)
            return Problems.Invalid("phoneNumber", "phoneNumber is the number of the phone, e.g. +972501234567.");
        if (phones.FirstOrDefault(one => one.Kind == line.Line.Provider) is not { } simulated)
            return LineProblems.NotSimulated();
        return await OfferAsync(database, contexts, caller.OrganizationId, lineId, ct) is { } offer
            && await TakeAsync(simulated, offer, seals, PhoneNumber.Parse(input?.PhoneNumber), ct)
            ? TypedResults.NoContent()
            : LineProblems.NothingOffered();
    }

    private static async Task<Pairing?> OfferAsync(
        Database database, EzwContexts contexts, Guid organizationId, Guid lineId, CancellationToken ct)
    {
        await using var db = await database.ReadAsync(ct);
        await using var context = contexts.For(db, organizationId);
        return await context.Set<Pairing>().FirstOrDefaultAsync(one => one.LineId == lineId && one.State == "offered", ct);
    }

    private static async Task<bool> TakeAsync(
        ISimulatedPhones phones, Pairing pairing, PairingSeals seals, string? phoneNumber, CancellationToken ct)
    {
        try
        {
            if (seals.Open(pairing.LineId, pairing.Qr) is { } payload)
                return await phones.ScanAsync(payload, phoneNumber ?? MadeUp(pairing.LineId), ct);
            return seals.Open(pairing.LineId, pairing.Code) is { } code && (phoneNumber ?? pairing.PhoneNumber) is { } phone
                && await phones.EnterCodeAsync(code, phone, ct);
        }
        catch (IOException)
        {
            // Their network is away, and with it the offer.
            return false;
        }
    }

    /// <summary>The same for a line each time.</summary>
    private static string MadeUp(Guid lineId) =>
        $"{Prefix}{1 + BitConverter.ToUInt32(lineId.ToByteArray(bigEndian: true), 12) % 9_999:D4}";
}
