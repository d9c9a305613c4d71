using System.Text;
using Ezw.Tests.Support;

namespace Ezw.Benchmarks;

/// <summary>One Markdown file of figures, shown and kept under benchmarks/results.</summary>
internal sealed class Report(string title)
{
    private readonly StringBuilder text = new($"# {title}\n\n");

    public Report Paragraph(string paragraph)
    {
        text.Append(paragraph.ReplaceLineEndings("\n").Trim()).Append("\n\n");
        return this;
    }

    public Report Table(string[] columns, IEnumerable<string[]> rows)
    {
        Row(columns);
        Row([.. columns.Select((_, index) => index == 0 ? "---" : "---:")]);
        foreach (var row in rows)
            Row(row);
        text.Append('\n');
        return this;

        void Row(string[] cells) => text.Append("| ").AppendJoin(" | ", cells).Append(" |\n");
    }

    public async Task KeepAsync(string name, bool show = true)
    {
        var content = text.ToString().TrimEnd() + "\n";
        Directory.CreateDirectory(RepositoryRoot.Of("benchmarks/results"));
        await File.WriteAllTextAsync(RepositoryRoot.Of($"benchmarks/results/{name}.md"), content);
        if (show)
            Console.WriteLine(content);
    }
}
