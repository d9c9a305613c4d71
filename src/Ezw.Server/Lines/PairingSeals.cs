using System.Security.Cryptography;
using System.Text;
using Ezw.Foundation.Security;

namespace Ezw.Lines;

/// <summary>
/// Seals what there is to scan or to type. A QR code holds a secret by which the phone proves itself to the device that is being linked,
/// and whoever scans it first decides whom the line speaks for: neither may be read from a copy of the database.
/// </summary>
internal sealed class PairingSeals(SecretBox box)
{
    public string Seal(Guid lineId, string offer) => Convert.ToBase64String(box.Seal(Encoding.UTF8.GetBytes(offer), Purpose(lineId)));

    /// <summary>Null too for what does not open, as after the master key was replaced: the next offer is some seconds away.</summary>
    public string? Open(Guid lineId, string? sealedOffer)
    {
        if (sealedOffer is null)
            return null;
        try
        {
            return Encoding.UTF8.GetString(box.Open(Convert.FromBase64String(sealedOffer), Purpose(lineId)));
        }
        catch (Exception foreign) when (foreign is FormatException or CryptographicException)
        {
            return null;
        }
    }

    private static string Purpose(Guid lineId) => $"pairing-offer/{lineId}";
}
