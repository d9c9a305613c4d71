using Ezw.Providers.LinkedDevice;
using Ezw.Providers.LinkedDevice.Channel;
using Ezw.Providers.LinkedDevice.Processes;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ezw.Doctor;

/// <summary>The program that speaks WhatsApp: whether it is here, starts, and speaks our protocol.</summary>
internal static class SidecarExam
{
    private const string What = "Sidecar";

    public static async Task<Finding> ExamineAsync(LinkedDeviceOptions options, TimeProvider time)
    {
        if (options.Enabled == false)
            return Finding.Doubtful(What, "Real lines are switched off.", "Remove Ezw:LinkedDevice:Enabled to have them.");
        try
        {
            await using var process = await SidecarProcess.StartAsync(1, options, time, NullLogger.Instance, CancellationToken.None);
            return Finding.Good(What, $"It starts and speaks protocol {ChannelLimits.Protocol} with {process.Engine}.");
        }
        catch (SidecarUnavailableException missing)
        {
            return Finding.Bad(What, missing.Message, "Without it only simulated lines work.");
        }
        catch (Exception broken) when (broken is SidecarException or TimeoutException)
        {
            return Finding.Bad(
                What, $"It does not come up: {broken.Message}", "Run ./dev setup again; its own log says more when the server runs.");
        }
    }
}
