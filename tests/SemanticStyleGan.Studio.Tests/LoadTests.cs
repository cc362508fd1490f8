using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using SemanticStyleGan.Studio.Hosting;

namespace SemanticStyleGan.Studio.Tests;

/// <summary>Many clients at once; a minute in CI (<c>CI</c> is set there), some seconds elsewhere.</summary>
[Collection(Browser.BrowserTests.Name)]
public sealed class LoadTests(ITestOutputHelper output)
{
    private const int Clients = 50;
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(Environment.GetEnvironmentVariable("CI") is { Length: > 0 } ? 60 : 8);

    [Fact]
    public async Task Fifty_clients_get_pictures_or_429_and_memory_stays_flat()
    {
        await using TinyStudio studio = await TinyStudio.Start();
        ConcurrentDictionary<HttpStatusCode, int> answers = [];
        using CancellationTokenSource warm = new(TimeSpan.FromSeconds(Duration.TotalSeconds / 4)), all = new(Duration);
        Task[] clients = [.. Enumerable.Range(0, Clients).Select(client => Ask(studio, client, answers, all.Token))];
        await Task.Delay(Timeout.Infinite, warm.Token).ContinueWith(_ => { });
        long before = Memory();
        await Task.WhenAll(clients);
        long after = Memory();
        output.WriteLine($"{string.Join(", ", answers.OrderBy(a => a.Key).Select(a => $"{(int)a.Key}: {a.Value}"))}; resident {before >> 20} MB, then {after >> 20} MB");
        Assert.True(answers.GetValueOrDefault(HttpStatusCode.OK) > Clients, "hardly any answers");
        Assert.Empty(answers.Keys.Except([HttpStatusCode.OK, HttpStatusCode.TooManyRequests]));
        Assert.True(after - before < 64 << 20, $"resident memory grew from {before >> 20} to {after >> 20} MB");
    }

    private static async Task Ask(TinyStudio studio, int client, ConcurrentDictionary<HttpStatusCode, int> answers, CancellationToken stop)
    {
        for (int i = 0; !stop.IsCancellationRequested; i++)
        {
            object face = new { edits = new object[] { new { kind = "face", seed = client }, new { kind = "resample", slots = "hair", seed = i }, new { kind = "move", part = "hair", x = 0.1, degrees = i % 30 } } };
            using HttpResponseMessage response = await studio.Post("api/edit", face, CancellationToken.None);
            answers.AddOrUpdate(response.StatusCode, 1, (_, n) => n + 1);
            if (response.StatusCode == HttpStatusCode.TooManyRequests) await Task.Delay(100, CancellationToken.None);
        }
    }

    private static long Memory()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        using Process process = Process.GetCurrentProcess();
        return process.WorkingSet64;
    }
}
