using Ezw.Client;
using Ezw.Foundation.Http;
using Ezw.Foundation.Storage;
using Ezw.Identity;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using QRCoder;

namespace Ezw.Lines;

/// <summary>Handlers of /api/lines/{lineId}/pairing: a wish to link a phone, and what there is to scan or to type.</summary>
internal static class PairingApi
{
    private const int PixelsPerModule = 8;

    public static async Task<Results<Accepted, ProblemHttpResult>> Begin(
        Guid lineId, NewPairing input, Caller caller, LineChanges changes, TimeProvider time, CancellationToken ct)
    {
        if (input.Method is not ("qr" or "code"))
            return Problems.Invalid("method", "method is \"qr\" or \"code\".");
        var phoneNumber = PhoneNumber.Parse(input.PhoneNumber);
        if (input.Method == "code" && phoneNumber is null)
            return Problems.Invalid("phoneNumber", "phoneNumber is the number of the phone, e.g. +972501234567.");
        var refusal = await changes.ApplyAsync(
            caller, lineId,
            line => line.Identity is null
                ? LineStore.RequestPairing(caller.OrganizationId, lineId, input.Method, phoneNumber, time.NowMs())
                : null,
            ct, LineProblems.AlreadyPaired);
        return refusal is not null ? refusal : TypedResults.Accepted($"/api/lines/{lineId}/pairing");
    }

    public static async Task<Results<Ok<PairingView>, ProblemHttpResult>> Get(
        Guid lineId, Caller caller, LineAccess access, Database database, EzwContexts contexts, PairingSeals seals, CancellationToken ct)
    {
        if (await access.FindAsync(caller, lineId, ct) is not { } line)
            return Problems.NotFound();
        // Whoever scans it decides which phone the line speaks for.
        if (!line.MayManage)
            return LineProblems.MayNotManage();
        await using var db = await database.ReadAsync(ct);
        await using var context = contexts.For(db, caller.OrganizationId);
        var pairing = await context.Set<Pairing>().FirstOrDefaultAsync(p => p.LineId == lineId, ct);
        return pairing is null ? Problems.NotFound() : TypedResults.Ok(View(pairing, seals));
    }

    public static async Task<Results<NoContent, ProblemHttpResult>> Cancel(
        Guid lineId, Caller caller, LineChanges changes, CancellationToken ct)
    {
        var refusal = await changes.ApplyAsync(caller, lineId, _ => LineStore.CancelPairing(caller.OrganizationId, lineId), ct);
        return refusal is { ProblemDetails.Extensions: var members } && !Equals(members["code"], "line_archived")
            ? refusal
            : TypedResults.NoContent();
    }

    private static PairingView View(Pairing pairing, PairingSeals seals)
    {
        var qr = seals.Open(pairing.LineId, pairing.Qr);
        return new PairingView(
            pairing.State, pairing.Method, qr, qr is null ? null : Png(qr),
            pairing.ExpiresAt is { } at ? DateTimeOffset.FromUnixTimeMilliseconds(at) : null, seals.Open(pairing.LineId, pairing.Code));
    }

    private static string Png(string payload)
    {
        using var code = new QRCodeGenerator().CreateQrCode(payload, QRCodeGenerator.ECCLevel.M);
        return Convert.ToBase64String(new PngByteQRCode(code).GetGraphic(PixelsPerModule));
    }
}
