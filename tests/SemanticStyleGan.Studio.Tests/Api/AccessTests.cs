using System.Net;
using System.Net.Http.Headers;
using SemanticStyleGan.Studio.Hosting;

namespace SemanticStyleGan.Studio.Tests.Api;

public sealed class AccessTests
{
    private const string Token = "correct-horse-battery";

    [Fact]
    public async Task Without_a_token_only_local_names_and_own_pages_get_in()
    {
        await using TinyStudio studio = await TinyStudio.Start();
        Assert.Equal(HttpStatusCode.OK, await Get(studio, "/"));
        Assert.Equal(HttpStatusCode.Forbidden, await Get(studio, "/", r => r.Headers.Host = "rebound.example"));
        Assert.Equal(HttpStatusCode.Forbidden, await Get(studio, "/api/edit", r => { r.Method = HttpMethod.Post; r.Headers.Add("Sec-Fetch-Site", "cross-site"); }));
    }

    [Fact]
    public async Task With_a_token_a_bearer_or_a_visit_with_it_gets_in_and_nobody_else()
    {
        await using TinyStudio studio = await TinyStudio.Start(new StudioOptions { Token = Token });
        Assert.EndsWith($"?token={Token}", studio.Page.ToString());
        using HttpClient stranger = new() { BaseAddress = new Uri(studio.Page.GetLeftPart(UriPartial.Authority)) };
        foreach (string path in new[] { "/", "/api/model", "/metrics", "/health", "/openapi/v1.json", "/js/main.js", "/?token=wrong-horse-battery" })
            Assert.Equal(HttpStatusCode.Unauthorized, (await stranger.GetAsync(path)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, await Get(studio, "/api/model", r => r.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Token)));
        Assert.Equal(HttpStatusCode.Unauthorized, await Get(studio, "/api/model", r => r.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Token[..^1])));
        // A redirect drops the token from the address; the cookie stays.
        HttpResponseMessage page = await stranger.GetAsync(studio.Page);
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        Assert.DoesNotContain("token", page.RequestMessage!.RequestUri!.Query);
        Assert.Equal(HttpStatusCode.OK, (await stranger.GetAsync("/api/model")).StatusCode);
    }

    [Fact]
    public void Listening_beyond_loopback_needs_a_token_that_is_long_enough()
    {
        Assert.Contains("token", Assert.Throws<InputException>(() => new StudioOptions { Address = IPAddress.Any }.Validate()).Message);
        Assert.Contains("16", Assert.Throws<InputException>(() => new StudioOptions { Token = "short" }.Validate()).Message);
        new StudioOptions { Address = IPAddress.Any, Token = Token }.Validate();
    }

    [Fact]
    public async Task A_port_that_is_taken_is_refused_in_one_line()
    {
        await using TinyStudio studio = await TinyStudio.Start();
        using SemanticStyleGan.Tests.Editing.TinyModel tiny = new();
        InputException error = await Assert.ThrowsAsync<InputException>(() => StudioServer.StartAsync(tiny.Model, new StudioOptions { Port = studio.Page.Port }));
        Assert.Contains($"port {studio.Page.Port}", error.Message);
    }

    private static async Task<HttpStatusCode> Get(TinyStudio studio, string path, Action<HttpRequestMessage>? change = null)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, path);
        change?.Invoke(request);
        return (await studio.Client.SendAsync(request)).StatusCode;
    }
}
