"""moto's server, with its own functions called where moto forgets to.

- moto reads OpenAPI documents by PutRestApi, but not from the Body of an AWS::ApiGateway::RestApi, and then refuses the
  deployment of an API that has no methods. Routes without a function or service behind them (mock) it cannot read.
- It takes AWS::NoValue out of objects, but leaves it in lists.
- It makes dashboards, but no alarms, which dashboards refer to.
"""

from moto.apigateway.models import RestAPI, apigateway_backends
from moto.cloudformation import parsing
from moto.server import main

create = RestAPI.create_from_cloudformation_json.__func__


def create_with_body(cls, resource_name, cloudformation_json, account_id, region_name, **kwargs):
    api = create(cls, resource_name, cloudformation_json, account_id, region_name, **kwargs)
    document = cloudformation_json["Properties"]["Body"]
    paths = {
        path: {method: route for method, route in routes.items() if "uri" in route["x-amazon-apigateway-integration"]}
        for path, routes in document["paths"].items()
    }
    backend = apigateway_backends[account_id][region_name]
    return backend.put_rest_api(api.id, {**document, "paths": paths}, fail_on_warnings=False)


RestAPI.create_from_cloudformation_json = classmethod(create_with_body)

clean = parsing.clean_json


def clean_lists(resource_json, resources_map):
    cleaned = clean(resource_json, resources_map)
    return [each for each in cleaned if each is not None] if isinstance(resource_json, list) else cleaned


parsing.clean_json = clean_lists

known = parsing.resource_class_from_type


def without_dashboards(resource_type):
    return None if resource_type == "AWS::CloudWatch::Dashboard" else known(resource_type)


parsing.resource_class_from_type = without_dashboards

main()
