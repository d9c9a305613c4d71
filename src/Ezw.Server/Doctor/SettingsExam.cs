using Ezw.Foundation.Security.Outbound;
using Ezw.Media;
using Ezw.Providers.LinkedDevice;
using Microsoft.Extensions.Options;

namespace Ezw.Doctor;

/// <summary>Whether the settings can be read at all.</summary>
internal static class SettingsExam
{
    /// <returns>Null when they can.</returns>
    public static Finding? Examine(IServiceProvider parts)
    {
        try
        {
            _ = parts.GetRequiredService<IOptions<MediaOptions>>().Value;
            _ = parts.GetRequiredService<IOptions<OutboundOptions>>().Value;
            _ = parts.GetRequiredService<IOptions<LinkedDeviceOptions>>().Value;
            return null;
        }
        catch (Exception unreadable) when (unreadable is OptionsValidationException or InvalidOperationException)
        {
            return Finding.Bad("Settings", unreadable.Message, "Correct them; docs/operations.md lists them all.");
        }
    }
}
