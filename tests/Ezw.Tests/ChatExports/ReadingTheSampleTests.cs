using Ezw.ChatExports;
using Ezw.ChatExports.Headers;
using Ezw.Tests.Support;

namespace Ezw.Tests.ChatExports;

public sealed class ReadingTheSampleTests
{
    private const string Sample = "samples/chat-export/WhatsApp Chat with Noa.txt";

    [Fact]
    public async Task The_sample_that_ships_reads_whole()
    {
        await using var file = File.OpenRead(RepositoryRoot.Of(Sample));
        using var export = await Exports.OpenAsync(file, Path.GetFileName(Sample));

        Assert.Equal(("Noa", false), (export.Title, export.IsGroup));
        Assert.Equal((DateOrder.DayFirst, false), (export.DateOrder, export.IsDateOrderAmbiguous));
        Assert.Equal(["Café Gal", "Noa"], export.Participants.Select(participant => participant.Sender).Order());
        var read = await Exports.ReadAsync(export);
        Assert.Equal(export.EstimatedMessages, read.Count);
        Assert.Equal(read.OrderBy(message => message.At), read);
        Assert.Equal(
            [
                (ExportedKind.Text, 42), (ExportedKind.Media, 3), (ExportedKind.Location, 1), (ExportedKind.Deleted, 1),
                (ExportedKind.System, 2),
            ],
            read.GroupBy(message => message.Kind).OrderBy(kind => kind.Key).Select(kind => (kind.Key, kind.Count())));
        Assert.Single(read, message => message.IsEdited);
        Assert.Contains(read, message => message.Text.EndsWith("• תפריט בעברית ובאנגלית", StringComparison.Ordinal));
    }
}
