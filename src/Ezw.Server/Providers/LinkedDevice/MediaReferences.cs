using System.Security.Cryptography;
using System.Text;
using Ezw.Foundation.Security;

namespace Ezw.Providers.LinkedDevice;

/// <summary>What WhatsApp says of a file holds the key to it. Only the line's own link can read it again.</summary>
internal sealed class MediaReferences(SecretBox box)
{
    public MediaPointer Seal(LinkDescriptor line, string reference) =>
        new(Convert.ToBase64String(box.Seal(Encoding.UTF8.GetBytes(reference), Purpose(line))));

    /// <exception cref="InvalidDataException">It was not sealed for this line, or by a key that is no longer known.</exception>
    public string Open(LinkDescriptor line, MediaPointer pointer)
    {
        try
        {
            return Encoding.UTF8.GetString(box.Open(Convert.FromBase64String(pointer.Reference), Purpose(line)));
        }
        catch (Exception foreign) when (foreign is FormatException or CryptographicException)
        {
            throw new InvalidDataException("The reference of the file does not open.");
        }
    }

    private static string Purpose(LinkDescriptor line) => $"media-reference/{line.OrganizationId}/{line.LineId}";
}
