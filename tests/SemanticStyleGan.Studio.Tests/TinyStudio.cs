using System.Net.Http.Json;
using System.Text.Json;
using SemanticStyleGan.Networks;
using SemanticStyleGan.Studio.Hosting;
using SemanticStyleGan.Tests.Editing;

namespace SemanticStyleGan.Studio.Tests;

/// <summary>A studio of a tiny model on a free port, and a client of it.</summary>
internal sealed class TinyStudio : IAsyncDisposable
{
    private readonly TinyModel tiny;
    private readonly StudioServer server;

    private TinyStudio(TinyModel tiny, StudioServer server)
    {
        (this.tiny, this.server) = (tiny, server);
        Client = new HttpClient { BaseAddress = server.Page };
    }

    public HttpClient Client { get; }

    public Uri Page => server.Page;

    public static async Task<TinyStudio> Start(StudioOptions? options = null, GeneratorConfig? config = null)
    {
        TinyModel tiny = new(config: config);
        return new TinyStudio(tiny, await StudioServer.StartAsync(tiny.Model, (options ?? new StudioOptions()) with { Port = 0 }));
    }

    public Task<HttpResponseMessage> Post(string path, object body, CancellationToken stop = default) => Client.PostAsJsonAsync(path, body, stop);

    public async Task<JsonElement> PostForJson(string path, object body)
    {
        HttpResponseMessage response = await Post(path, body);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
        return await response.Content.ReadFromJsonAsync<JsonElement>();
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await server.DisposeAsync();
        tiny.Dispose();
    }
}
