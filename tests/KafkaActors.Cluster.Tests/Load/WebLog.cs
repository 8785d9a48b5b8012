using System.Globalization;
using System.Text;

namespace KafkaActors.Cluster.Tests.Load;

/// <summary>
/// A web server's log made from a seed: UTF-8, a few long lines, a few that occur twice, no empty one.
/// </summary>
internal static class WebLog
{
    private const int Seed = 4711;
    private const int LongestLine = 1_363;

    private static readonly string[] Paths = ["/", "/index.html", "/käse?q=ü", "/api/v1/orders/", "/static/日本.css"];

    public static void Write(string path, int lines)
    {
        Random random = new(Seed);
        using StreamWriter writer = new(path, append: false, new UTF8Encoding(false)) { NewLine = "\n" };
        string line = "";
        for (int number = 0; number < lines; number++)
        {
            if (number % 600 != 1) line = Line(random, number);
            writer.WriteLine(line);
        }
    }

    private static string Line(Random random, int number)
    {
        string line = string.Create(
            CultureInfo.InvariantCulture,
            $"10.0.{random.Next(256)}.{random.Next(256)} - - [{number:D6}] \"GET {random.GetItems(Paths, 1)[0]}"
            + $"{random.Next(100_000)} HTTP/1.1\" {random.Next(200, 505)} {random.Next(1_000_000)}\t\"-\" "
            + $"\"{random.Next()}\"");
        return number % 1000 == 7 ? line.PadRight(LongestLine, 'x') : line;
    }
}
