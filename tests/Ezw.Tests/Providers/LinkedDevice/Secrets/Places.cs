using System.Data.Common;
using System.Text;
using Ezw.Foundation.Storage;
using Ezw.Tests.Contracts;
using Ezw.Tests.Support;

namespace Ezw.Tests.Providers.LinkedDevice.Secrets;

/// <summary>Everything that somebody could read who may not know a key: columns, files, answers.</summary>
internal static class Places
{
    /// <summary>Every column of every table.</summary>
    public static async Task<List<Place>> InDatabaseAsync(DbSession db)
    {
        var places = new List<Place>();
        foreach (var table in await TenancySchema.TablesAsync(db))
        {
            var columns = table.Columns.Select(_ => new StringBuilder()).ToList();
            await db.QueryAsync($"select * from {new SqlText(table.Name)}", row =>
            {
                Assert.Equal(columns.Count, row.FieldCount);
                for (var column = 0; column < row.FieldCount; column++)
                    columns[column].Append(TextOf(row, column)).Append('\n');
                return true;
            }, default);
            places.AddRange(table.Columns.Zip(columns, (name, text) => new Place($"{table.Name}.{name}", $"{text}")));
        }
        return places;
    }

    /// <summary>Every file below the folder but the master key's.</summary>
    public static async Task<List<Place>> InFolderAsync(string folder)
    {
        var places = new List<Place>();
        foreach (var path in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
        {
            // An empty file is a lock, held by whoever has it.
            if (Path.GetFileName(path) == "master.key" || new FileInfo(path).Length == 0)
                continue;
            await using var open = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var bytes = new MemoryStream();
            await open.CopyToAsync(bytes);
            places.Add(Place.Of(Path.GetFileName(path), bytes.ToArray()));
        }
        return places;
    }

    /// <summary>The answer of every route that reads, by whoever may read there, for everything that there is.</summary>
    /// <param name="idsOf">All ids of what a parameter names.</param>
    public static async Task<List<Place>> InAnswersAsync(
        HttpClient http, string idToken, string lineToken, Func<string, IReadOnlyList<Guid>> idsOf)
    {
        var places = new List<Place>();
        foreach (var route in (await ApiRoutes.ReadAsync(http)).Where(route => route.Method == HttpMethod.Get))
        {
            var token = route.Scheme switch { "lineToken" => lineToken, null => null, _ => idToken };
            foreach (var form in ApiRoutes.FormsOf(route))
            {
                var slots = form.Slots(route).ToDictionary(slot => slot, idsOf);
                for (var turn = 0; turn < slots.Values.Select(ids => ids.Count).DefaultIfEmpty(1).Max(); turn++)
                {
                    var path = ApiForm.Fill(route.Path + form.Query, slot => slots[slot][turn % slots[slot].Count]);
                    places.Add(new Place($"{route}", await ReadAsync(http, path, token)));
                }
            }
        }
        return places;
    }

    private static async Task<string> ReadAsync(HttpClient http, string path, string? token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (token is not null)
            request.Headers.Authorization = new("Bearer", token);
        using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        var head = $"{(int)answer.StatusCode} {path}\n{answer.Headers}\n";
        return answer.IsEndless() ? head : head + Encoding.Latin1.GetString(await answer.Content.ReadAsByteArrayAsync());
    }

    private static string TextOf(DbDataReader row, int column) => row.GetValue(column) switch
    {
        byte[] bytes => Encoding.Latin1.GetString(bytes),
        var value => $"{value}",
    };
}
