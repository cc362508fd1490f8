using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using SemanticStyleGan.Data;
using SemanticStyleGan.Networks;
using SemanticStyleGan.Studio.Hosting;
using SemanticStyleGan.Tests.Editing;

namespace SemanticStyleGan.Studio.Tests.Api;

public sealed class ApiTests
{
    private static readonly object Seed1 = new { kind = "face", seed = 1 };

    [Fact]
    public async Task A_face_has_a_picture_labels_and_the_state_of_its_parts()
    {
        await using TinyStudio studio = await TinyStudio.Start();
        JsonElement face = await studio.PostForJson("api/edit", new { edits = new[] { Seed1, new { kind = "move", part = "hair", x = 0.25, scale = 2 }, new { kind = "direction", slot = "hair.shape", direction = 1, strength = 1.5 } } });
        Assert.Equal(32 * 32, face.GetProperty("labels").GetBytesFromBase64().Length);
        byte[] rgb = new byte[3 * 32 * 32];
        PngDecoder.Decode(face.GetProperty("image").GetBytesFromBase64(), 32, 32, rgb, "image");
        JsonElement hair = face.GetProperty("parts")[2];
        Assert.Equal(0.25, hair.GetProperty("place").GetProperty("shiftX").GetDouble());
        Assert.Equal([0, 1.5, 0, 0], hair.GetProperty("shape").GetProperty("strengths").EnumerateArray().Select(s => s.GetDouble()));
    }

    [Fact]
    public async Task The_same_face_has_the_same_bytes_in_every_form()
    {
        await using TinyStudio studio = await TinyStudio.Start();
        object face = new { edits = new[] { Seed1 } };
        foreach ((string format, string signature) in new[] { ("png", "\x89PNG"), ("mask", "\x89PNG"), ("labels", "\x89PNG"), ("npy", "\x93NUMPY") })
        {
            byte[] first = await (await studio.Post($"api/edit?format={format}", face)).Content.ReadAsByteArrayAsync(), second = await (await studio.Post($"api/edit?format={format}", face)).Content.ReadAsByteArrayAsync();
            Assert.Equal(Encoding.Latin1.GetBytes(signature), first[..signature.Length]);
            Assert.Equal(first, second);
        }
    }

    [Fact]
    public async Task Generating_mixing_and_variants_give_the_edits_that_make_them()
    {
        await using TinyStudio studio = await TinyStudio.Start();
        JsonElement faces = await studio.Client.GetFromJsonAsync<JsonElement>("api/generate?seed=4&count=2");
        Assert.Equal(5, faces[1].GetProperty("face").GetProperty("edits")[0].GetProperty("seed").GetInt64());

        JsonElement mixed = await studio.PostForJson("api/mix", new { into = faces[0].GetProperty("face"), from = faces[1].GetProperty("face"), slots = "hair" });
        JsonElement again = await studio.PostForJson("api/edit", mixed.GetProperty("face"));
        Assert.Equal(mixed.GetProperty("picture").GetProperty("image").GetString(), again.GetProperty("image").GetString());
        Assert.NotEqual(faces[0].GetProperty("picture").GetProperty("image").GetString(), again.GetProperty("image").GetString());

        JsonElement variants = await studio.PostForJson("api/variants", new { face = faces[0].GetProperty("face"), slots = "hair.shape", seed = 7, count = 3 });
        Assert.Equal(3, variants.GetArrayLength());
        JsonElement chosen = await studio.PostForJson("api/edit", new { edits = new[] { faces[0].GetProperty("face").GetProperty("edits")[0], variants[1].GetProperty("edit") } });
        Assert.Equal(Pixels(variants[1].GetProperty("image")), Pixels(chosen.GetProperty("image")), (a, b) => Math.Abs(a - b) <= 1);
    }

    [Fact]
    public async Task Layers_show_depths_the_coarse_mask_and_a_part_alone()
    {
        await using TinyStudio studio = await TinyStudio.Start();
        JsonElement layers = await studio.PostForJson("api/layers?part=hair", new { edits = new[] { Seed1 } });
        Assert.Equal(4, layers.GetProperty("depths").GetArrayLength());
        Assert.True(layers.GetProperty("alone").GetBytesFromBase64().Length > 100 && layers.GetProperty("coarseMask").GetBytesFromBase64().Length > 50);
    }

    [Fact]
    public async Task A_mask_style_model_is_edited_without_depths_and_its_parts_can_not_be_moved()
    {
        await using TinyStudio studio = await TinyStudio.Start(config: TinyModel.Config.AsMaskStyle());
        JsonElement face = await studio.PostForJson("api/edit", new { edits = new[] { Seed1, new { kind = "direction", slot = "hair.shape", direction = 1, strength = 1.5 } } });
        Assert.Equal(0, face.GetProperty("base").GetArrayLength());
        JsonElement variants = await studio.PostForJson("api/variants", new { face = new { edits = new[] { Seed1 } }, slots = "hair", seed = 7, count = 2 });
        Assert.Equal(2, variants.GetArrayLength());
        JsonElement layers = await studio.PostForJson("api/layers?part=hair", new { edits = new[] { Seed1 } });
        Assert.Equal(0, layers.GetProperty("depths").GetArrayLength());
        HttpResponseMessage moved = await studio.Post("api/edit", new { edits = new[] { Seed1, new { kind = "move", part = "hair", x = 0.25 } } });
        Assert.Equal(HttpStatusCode.BadRequest, moved.StatusCode);
        Assert.Contains("can't be moved", JsonDocument.Parse(await moved.Content.ReadAsStringAsync()).RootElement.GetProperty("detail").GetString());
    }

    [Fact]
    public async Task Walks_and_painting_report_how_far_they_are_and_end_with_their_result()
    {
        await using TinyStudio studio = await TinyStudio.Start();
        object first = new { edits = new[] { Seed1 } }, second = new { edits = new[] { new { kind = "face", seed = 2 } } };
        string walk = await (await studio.Post("api/walk", new { faces = new[] { first, second }, steps = 6 })).Content.ReadAsStringAsync();
        Assert.Equal(6, Count(walk, "event: report"));
        Assert.Contains("event: done", walk);
        byte[] webp = await (await studio.Post("api/walk.webp", new { faces = new[] { first, second }, steps = 6 })).Content.ReadAsByteArrayAsync();
        Assert.Equal("RIFF", Encoding.Latin1.GetString(webp[..4]));

        string paint = await (await studio.Post("api/paint", new { face = first, labels = new byte[32 * 32], steps = 3 })).Content.ReadAsStringAsync();
        Assert.Equal(4, Count(paint, "event: report"));
        string last = paint.Split('\n').Last(line => line.Contains("\"codes\"", StringComparison.Ordinal));
        JsonElement edit = JsonDocument.Parse(last["data: ".Length..]).RootElement.GetProperty("edit");
        JsonElement painted = await studio.PostForJson("api/edit", new { edits = new[] { Seed1, edit } }), before = await studio.PostForJson("api/edit", first);
        Assert.NotEqual(before.GetProperty("image").GetString(), painted.GetProperty("image").GetString());
    }

    [Fact]
    public async Task Only_the_parts_that_an_edit_changes_are_computed()
    {
        await using TinyStudio studio = await TinyStudio.Start();
        async Task<int> Computed(params object[] edits) => (await studio.PostForJson("api/edit", new { edits })).GetProperty("partsComputed").GetInt32();
        object shape = new { kind = "resample", slots = "hair.shape", seed = 5 }, moved = new { kind = "move", part = "face", x = 0.1, degrees = 20 };
        Assert.Equal(TinyModel.Config.Parts, await Computed(Seed1));
        Assert.Equal(1, await Computed(Seed1, shape));
        Assert.Equal(0, await Computed(Seed1, shape, new { kind = "show", part = "face", on = false }));
        await Computed(Seed1, shape, moved);
        Assert.Equal(1, await Computed(Seed1, shape, new { kind = "move", part = "face", x = 0.2, degrees = 30 }));
    }

    [Fact]
    public async Task A_picture_becomes_a_face_and_what_is_no_picture_or_too_large_is_refused()
    {
        await using TinyStudio studio = await TinyStudio.Start(new StudioOptions { Limits = new() { UploadBytes = 50_000, UploadPixels = 10_000 } });
        JsonElement wanted = await studio.PostForJson("api/edit", new { edits = new[] { new { kind = "face", seed = 3, truncation = 1 } } });
        string events = await (await Upload(studio, "api/invert?steps=20", wanted.GetProperty("image").GetBytesFromBase64())).Content.ReadAsStringAsync();
        JsonElement last = JsonDocument.Parse(events.Split('\n').Last(line => line.Contains("\"codes\"", StringComparison.Ordinal))["data: ".Length..]).RootElement;
        Assert.Equal("all", last.GetProperty("edit").GetProperty("slots").GetString());
        byte[] target = Pixels(wanted.GetProperty("image")), found = Pixels((await studio.PostForJson("api/edit", new { edits = new[] { last.GetProperty("edit") } })).GetProperty("image"));
        byte[] mean = Pixels((await studio.PostForJson("api/edit", new { edits = Array.Empty<object>() })).GetProperty("image"));
        Assert.True(Distance(target, found) < 0.8 * Distance(target, mean), $"{Distance(target, found)} after, {Distance(target, mean)} before");

        foreach ((byte[] body, string word) in new[] { ("not a picture"u8.ToArray(), "JPEG"), (PngCodec.Encode(new RgbImage(200, 200)), "10,000"), (PngCodec.Encode(new RgbImage(50, 50)), "alike"), (Array.Empty<byte>(), "body") })
        {
            HttpResponseMessage refused = await Upload(studio, "api/invert", body);
            Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
            Assert.Contains(word, (await refused.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("detail").GetString());
        }
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await Upload(studio, "api/invert", new byte[60_000])).StatusCode);
    }

    [Theory]
    [InlineData("api/edit", """{"edits":[{"kind":"face","seed":-1}]}""", "seed -1")]
    [InlineData("api/edit", """{"edits":[{"kind":"dance"}]}""", "dance")]
    [InlineData("api/edit", """{"edits":[{"kind":"face","seed":1,"sed":2}]}""", "sed")]
    [InlineData("api/edit", """{"edits":[null]}""", "null")]
    [InlineData("api/edit", """{"edits":3}""", "edits")]
    [InlineData("api/edit", """{"edits":""", "JSON")]
    [InlineData("api/edit?format=gif", """{"edits":[]}""", "gif")]
    [InlineData("api/layers?part=tail", """{"edits":[]}""", "tail")]
    [InlineData("api/variants", """{"face":{"edits":[]},"slots":"hair","seed":1,"count":99}""", "99")]
    [InlineData("api/walk", """{"faces":[{"edits":[]}]}""", "2 to 16")]
    [InlineData("api/paint", """{"face":{"edits":[]},"labels":"AAAA"}""", "32×32")]
    public async Task Bad_requests_are_answered_with_400_and_one_line(string path, string body, string word)
    {
        await using TinyStudio studio = await TinyStudio.Start();
        HttpResponseMessage response = await studio.Client.PostAsync(path, new StringContent(body, Encoding.UTF8, "application/json"));
        string detail = (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("detail").GetString()!;
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains(word, detail);
        Assert.DoesNotContain('\n', detail);
    }

    [Fact]
    public async Task The_API_is_described_and_health_and_metrics_are_there()
    {
        await using TinyStudio studio = await TinyStudio.Start();
        await studio.PostForJson("api/edit", new { edits = new[] { Seed1 } });
        JsonElement paths = (await studio.Client.GetFromJsonAsync<JsonElement>("openapi/v1.json")).GetProperty("paths");
        foreach (string path in new[] { "/api/model", "/api/generate", "/api/edit", "/api/mix", "/api/variants", "/api/layers", "/api/walk", "/api/walk.webp", "/api/paint", "/api/invert", "/health" })
            Assert.True(paths.TryGetProperty(path, out _), path);
        Assert.Equal("ok", (await studio.Client.GetFromJsonAsync<JsonElement>("health")).GetProperty("status").GetString());
        Assert.Contains("studio_request_duration_seconds_count{endpoint=\"/api/edit\",status=\"200\"} 1", await studio.Client.GetStringAsync("metrics"));
    }

    [Fact]
    public async Task Too_much_is_answered_with_429_413_and_503()
    {
        StudioLimits limits = new() { Burst = 3, RequestsPerSecond = 10, RequestBytes = 10_000, LongTasks = 1, WaitingRenders = 1 };
        await using (TinyStudio studio = await TinyStudio.Start(new StudioOptions { Limits = limits }))
        {
            HttpStatusCode[] answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ => (await studio.Client.GetAsync("api/model")).StatusCode));
            Assert.Equal([HttpStatusCode.OK, HttpStatusCode.TooManyRequests], answers.Distinct().Order());
        }
        await using (TinyStudio studio = await TinyStudio.Start(new StudioOptions { Limits = limits with { Burst = 1000 } }))
        {
            HttpResponseMessage large = await studio.Client.PostAsync("api/edit", new StringContent(new string(' ', 20_000), Encoding.UTF8, "application/json"));
            Assert.Equal(HttpStatusCode.RequestEntityTooLarge, large.StatusCode);
            HttpResponseMessage[] renders = await Task.WhenAll(Enumerable.Range(0, 40).Select(i => studio.Post("api/edit", new { edits = new[] { new { kind = "face", seed = i } } })));
            Assert.Equal([HttpStatusCode.OK, HttpStatusCode.ServiceUnavailable], renders.Select(r => r.StatusCode).Distinct().Order());
            Assert.All(renders.Where(r => !r.IsSuccessStatusCode), r => Assert.Equal("1", r.Headers.RetryAfter!.ToString()));
        }
    }

    [Fact]
    public async Task Long_work_stops_when_its_client_leaves()
    {
        await using TinyStudio studio = await TinyStudio.Start();
        using CancellationTokenSource leave = new();
        object face = new { edits = new[] { Seed1 } };
        using HttpRequestMessage request = new(HttpMethod.Post, "api/walk") { Content = JsonContent.Create(new { faces = new[] { face, face }, steps = 480 }) };
        using (HttpResponseMessage response = await studio.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, leave.Token))
        {
            Stream events = await response.Content.ReadAsStreamAsync(leave.Token);
            await events.ReadAtLeastAsync(new byte[100], 100, cancellationToken: leave.Token);
            Assert.Equal(1, await LongTasks(studio));
            leave.Cancel();
        }
        for (int wait = 0; await LongTasks(studio) > 0; wait++)
        {
            Assert.True(wait < 100, "still at work 5 s after its client left");
            await Task.Delay(50);
        }
    }

    private static async Task<int> LongTasks(TinyStudio studio) => (await studio.Client.GetFromJsonAsync<JsonElement>("health")).GetProperty("longTasks").GetInt32();

    private static Task<HttpResponseMessage> Upload(TinyStudio studio, string path, byte[] picture)
    {
        ByteArrayContent content = new(picture);
        content.Headers.ContentType = new("image/png");
        return studio.Client.PostAsync(path, content);
    }

    private static double Distance(byte[] a, byte[] b) => Math.Sqrt(a.Zip(b, (x, y) => (double)(x - y) * (x - y)).Average());

    private static int Count(string text, string word) => text.Split(word).Length - 1;

    private static byte[] Pixels(JsonElement png)
    {
        byte[] rgb = new byte[3 * TinyModel.Config.ImageSize * TinyModel.Config.ImageSize];
        PngDecoder.Decode(png.GetBytesFromBase64(), TinyModel.Config.ImageSize, TinyModel.Config.ImageSize, rgb, "png");
        return rgb;
    }
}
