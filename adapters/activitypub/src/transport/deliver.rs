//! Deliveries: one signed POST per activity, in order.

use std::sync::Arc;

use causeway_core::adapter::{Context, Delivered, Rendered, Target};
use causeway_core::ports::Redirects;
use causeway_core::refusal::{Reason, Refusal};
use http::{HeaderMap, HeaderValue, Method, header};
use url::Url;

use super::{Request, refusal};
use crate::adapter::ActivityPub;
use crate::ids;

/// Bytes of an inbox's answer read at most; nothing in it is used.
const ANSWER: usize = 256 * 1024;

impl ActivityPub {
    /// Sends in order to one inbox. After the first item that must be retried the rest are not tried and get the same.
    // AP §7.1
    pub(crate) async fn delivered(
        &self,
        context: &Context,
        target: &Target,
        items: &[Arc<Rendered>],
    ) -> Vec<Result<Delivered, Refusal>> {
        let mut results = Vec::with_capacity(items.len());
        let mut held: Option<Refusal> = None;
        for item in items {
            let result = match &held {
                Some(refusal) => Err(refusal.clone()),
                None => self.post(context, target, item).await,
            };
            held = result.as_ref().err().filter(|refusal| refusal.is_transient()).cloned();
            results.push(result);
        }
        results
    }

    async fn post(&self, context: &Context, target: &Target, item: &Rendered) -> Result<Delivered, Refusal> {
        let url = Url::parse(&target.address)
            .ok()
            .filter(|_| ids::object(&target.address).is_some())
            .ok_or_else(|| Refusal::reject(Reason::Malformed, "the inbox is not a web address"))?;
        if self.config.is_ours(&target.address) {
            return Err(Refusal::reject(Reason::Loop, "the inbox is our own"));
        }
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(item.media_type));
        let request = Request {
            actor: &item.actor,
            method: Method::POST,
            url,
            headers,
            body: Some(item.body.clone()),
            redirects: Redirects::Show,
            accept: &[],
            limit: ANSWER,
        };
        let answer = self.transport.send(context, &request).await?;
        match refusal(&answer, context.clock.now(), Reason::HostRefused) {
            Some(refusal) => Err(refusal),
            None => Ok(Delivered {
                remote_id: None,
                answer: answer.status.as_u16().to_string(),
            }),
        }
    }
}
