package org.pinisi.edge;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

final class RouteWriterTest {
    private static JsonNode parsed(String json) {
        return EdgeJson.parse(json.replace('\'', '"').getBytes(UTF_8));
    }

    @Test
    void leavesOutWhatHasItsDefault() {
        EdgeRoute route = new EdgeRoute("a", List.of("a.test"), Target.Upstreams.of());
        assertThat(RouteWriter.route(route))
                .isEqualTo(parsed("{'name':'a','hosts':['a.test'],'target':{'upstreams':[]}}"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'paths':['/a','/b']",
                "'rules':{'maintenance':{'page':'/p','text':'Soon.','retry-after':'1h','allow':['10.0.0.0/8']}}",
                "'rules':{'access':{'allow':['10.0.0.0/8'],'deny':['10.0.0.1']}}",
                "'rules':{'rate-limit':{'requests':7,'per':'1m','burst':20,'clients':100}}",
                "'rules':{'https':{'redirect':true,'status':301,'hsts':{'max-age':'1d','preload':true}}}",
                "'rules':{'client-certificates':{'mode':'optional','authorities':'/ca'}}",
                "'rules':{'redirects':[{'to':'/b'},{'host':'w.test','path':'/c','to':'/d','status':302,"
                        + "'keep-path':false}]}",
                "'rules':{'rewrite':{'strip-prefix':'/a','add-prefix':'/b','host':'in.test'}}",
                "'rules':{'request-headers':{'set':{'X-A':'a'},'add':{'X-B':'b'},'remove':['Cookie']}}",
                "'rules':{'answer-headers':{'remove':['Server']}}",
                "'rules':{'limits':{'body':'1500','head':'2KiB','methods':['GET']}}",
                "'rules':{'timeouts':{'connect':'1s','body-idle':'2s','first-byte':'3s','answer-idle':'4m',"
                        + "'tunnel-idle':'5h','exchange':'250ms'}}",
                "'rules':{'retries':{'tries':4,'methods':['GET'],'statuses':[502],'budget':50,'wait':'2s'}}",
                "'rules':{'health-check':{'kind':'tcp','path':'/up','host':'h.test','statuses':'204-204',"
                        + "'body-prefix':'ok','interval':'1s','timeout':'100ms','rise':1,'fall':5}}",
                "'rules':{'ejection':{'failures':2,'server-errors':true,'time':'1s','longest':'1m','share':100}}",
                "'rules':{'breaker':{'requests':10,'route-requests':20,'queue':30,'wait':'2s','errors':50,"
                        + "'window':'1m','open':'1s'}}",
                "'rules':{'compression':{'codings':['gzip'],'types':['text/html'],'smallest':'2KiB'}}",
                "'rules':{'trace':'off'}",
                "'rules':{'error-pages':{'404':'/e/404.html'}}",
            })
    void writesRoutesAsTheyWereRead(String more) {
        JsonNode node = parsed("{'name':'a','hosts':['a.test'],'target':{'upstreams':[]}," + more + "}");
        EdgeRoute route = RouteReader.route(node);
        assertThat(RouteReader.route(RouteWriter.route(route))).isEqualTo(route);
        assertThat(RouteWriter.route(route).equals(node))
                .as(RouteWriter.route(route) + "")
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'upstreams':[{'id':'a','address':'127.0.0.1:1','weight':5,'backup':true,'protocol':'https',"
                        + "'tls':{'server-name':'in.test','verify':false,'authorities':'/ca','certificate':'/c',"
                        + "'key':'/k'},'proxy-protocol':'v1'}],'balancing':{'policy':'least-connections',"
                        + "'sticky':{'cookie':'c','lifetime':'1d'},'slow-start':'30s','resolve-every':'5s'}}",
                "{'folder':'/srv/a','settings':{'spa':'true'}}",
                "{'redirect':'https://a.test','status':302,'keep-path':false}",
                "{'passthrough':[{'id':'a','address':'127.0.0.1:443'}],'proxy-protocol':true}",
            })
    void writesTargetsAsTheyWereRead(String target) {
        JsonNode node = parsed("{'name':'a','hosts':['a.test'],'target':" + target + "}");
        assertThat(RouteWriter.route(RouteReader.route(node))).isEqualTo(node);
    }
}
